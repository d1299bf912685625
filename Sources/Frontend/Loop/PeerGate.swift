internal import Glibc
internal import Logging
internal import Platform

/// Lets those ask who may, and logs who else has tried: each account once a minute.
struct PeerGate {
    private let allowed: AllowedPeers
    private let logger: Logger
    private var strangers = LogLimiter()

    init(_ allowed: AllowedPeers, logger: Logger) {
        self.allowed = allowed
        self.logger = logger
    }

    /// Whether the process at the other end of the descriptor `connection` may ask.
    mutating func admits(_ peer: PeerCredentials?, on connection: CInt, now: Instant) -> Bool {
        guard allowed.isNeeded else { return true }
        guard let peer else { return false }
        if allowed.admits(peer.uid, groups: [peer.gid] + ((try? PeerCredentials.groups(of: connection)) ?? [])) {
            return true
        }
        if strangers.isNews(peer.uid, now: now) {
            logger.warning(
                "process \(peer.pid) of uid \(peer.uid) is not allowed to ask (--allow-user, --allow-group); not told again for a minute"
            )
        }
        return false
    }
}
