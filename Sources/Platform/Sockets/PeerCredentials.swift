internal import CPlatform
package import Glibc

/// Who was at the other end of a connection when it was made; `SO_PEERCRED`, unix(7).
package struct PeerCredentials: Hashable, Sendable {
    package let pid: pid_t
    package let uid: uid_t
    package let gid: gid_t

    package init(pid: pid_t, uid: uid_t, gid: gid_t) {
        self.pid = pid
        self.uid = uid
        self.gid = gid
    }

    /// Those of the process that has connected `descriptor`.
    package init(of descriptor: CInt) throws(SystemError) {
        var pid: pid_t = 0
        var uid: uid_t = 0
        var gid: gid_t = 0
        // SAFETY: three variables for the three values that the call fills.
        try systemCall("getsockopt") { unsafe cplatform_peer_credentials(descriptor, &pid, &uid, &gid) }
        self.pid = pid
        self.uid = uid
        self.gid = gid
    }

    /// The groups that the other end belonged to besides, `SO_PEERGROUPS`; fails when they are more than 4,096.
    package static func groups(of descriptor: CInt) throws(SystemError) -> [gid_t] {
        var groups = [gid_t](repeating: 0, count: 4096)
        // SAFETY: the array is as long as the call is told.
        let count = try systemCall("getsockopt") {
            unsafe cplatform_peer_groups(descriptor, &groups, CInt(groups.count))
        }
        return Array(groups[..<Int(count)])
    }
}
