internal import Glibc
internal import Logging
internal import Platform

/// Admits peers that may send requests, and logs others, each account at most once a minute.
struct PeerGate {
    private let allowed: AllowedPeers
    private let logger: Logger
    private var strangers = LogLimiter()

    init(_ allowed: AllowedPeers, logger: Logger) {
        self.allowed = allowed
        self.logger = logger
    }

    /// Whether the peer of descriptor `connection` may send requests.
    mutating func admits(_ peer: PeerCredentials?, on connection: CInt, now: Instant) -> Bool {
        guard allowed.isNeeded else { return true }
        guard let peer else { return false }
        if allowed.admits(peer.uid, groups: [peer.gid] + ((try? PeerCredentials.groups(of: connection)) ?? [])) {
            return true
        }
        if strangers.isNews(peer.uid, now: now) {
            logger.warning(
                "rejected pid \(peer.pid), uid \(peer.uid): not listed in --allow-user or --allow-group (logged at most once a minute)"
            )
        }
        return false
    }
}
