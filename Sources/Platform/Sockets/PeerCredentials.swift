internal import CPlatform
package import Glibc

/// The process that was at the other end of a connection when it was made; `SO_PEERCRED`, unix(7).
package struct PeerCredentials: Hashable, Sendable {
    package let pid: pid_t
    package let uid: uid_t
    package let gid: gid_t

    package init(pid: pid_t, uid: uid_t, gid: gid_t) {
        self.pid = pid
        self.uid = uid
        self.gid = gid
    }

    /// The credentials of the process that connected `descriptor`.
    package init(of descriptor: CInt) throws(SystemError) {
        var pid: pid_t = 0
        var uid: uid_t = 0
        var gid: gid_t = 0
        // SAFETY: the call fills these three variables.
        try systemCall("getsockopt") { unsafe cplatform_peer_credentials(descriptor, &pid, &uid, &gid) }
        self.pid = pid
        self.uid = uid
        self.gid = gid
    }

    /// The supplementary groups of the peer, `SO_PEERGROUPS`; throws if there are more than 4,096.
    package static func groups(of descriptor: CInt) throws(SystemError) -> [gid_t] {
        var groups = [gid_t](repeating: 0, count: 4096)
        // SAFETY: the call gets the length of the array.
        let count = try systemCall("getsockopt") {
            unsafe cplatform_peer_groups(descriptor, &groups, CInt(groups.count))
        }
        return Array(groups[..<Int(count)])
    }
}
