internal import CPlatform
package import Glibc

/// Stream sockets of the UNIX domain, unix(7).
package enum UnixSocket {
    /// The longest path that an address holds, in bytes.
    package static let maximumPathLength = 107

    /// Listens on `path` with the longest backlog that the kernel gives.
    ///
    /// The file must not exist; its mode is what the umask leaves of 0777.
    package static func listen(at path: String) throws(SystemError) -> OwnedDescriptor {
        let socket = try make(CInt(SOCK_STREAM.rawValue), nonblocking: true)
        // SAFETY: the path is a terminated string for the length of the call.
        try systemCall("bind", on: path) { unsafe cplatform_unix_bind(socket.rawValue, path) }
        try systemCall("listen", on: path) { Glibc.listen(socket.rawValue, CInt(SOMAXCONN)) }
        return socket
    }

    /// Takes over a listening socket that this process was born with, which no call waits on any more.
    package static func adoptListener(_ number: CInt) throws(SystemError) -> OwnedDescriptor {
        let flags = try systemCall("fcntl") { fcntl(number, F_GETFL) }
        try systemCall("fcntl") { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
        try systemCall("fcntl") { fcntl(number, F_SETFD, FD_CLOEXEC) }
        return OwnedDescriptor(adopting: number)
    }

    /// The path that a listening socket is bound to; `EPROTOTYPE` when it is no listening stream socket of the UNIX domain.
    package static func path(ofListener number: CInt) throws(SystemError) -> String {
        var buffer = [CChar](repeating: 0, count: maximumPathLength + 2)
        // SAFETY: the array is as long as the call is told.
        try systemCall("getsockname") { unsafe cplatform_unix_listener_path(number, &buffer, buffer.count) }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Connects to the stream socket at `path`; waits while its backlog is full.
    package static func connect(to path: String) throws(SystemError) -> OwnedDescriptor {
        let socket = try make(CInt(SOCK_STREAM.rawValue), nonblocking: false)
        // SAFETY: the path is a terminated string for the length of the call.
        try systemCall("connect", on: path) { unsafe cplatform_unix_connect(socket.rawValue, path) }
        return socket
    }

    /// A datagram socket that sends to the one at `path`, never waiting.
    package static func datagram(to path: String) throws(SystemError) -> OwnedDescriptor {
        let socket = try make(CInt(SOCK_DGRAM.rawValue), nonblocking: true)
        // SAFETY: the path is a terminated string for the length of the call.
        try systemCall("connect", on: path) { unsafe cplatform_unix_connect(socket.rawValue, path) }
        return socket
    }

    /// Takes a connection that waits on `listener`.
    package static func accept(on listener: borrowing OwnedDescriptor) throws(SystemError) -> OwnedDescriptor {
        let number = listener.rawValue
        return OwnedDescriptor(adopting: try systemCall("accept") { cplatform_accept(number, false) })
    }

    /// A reference to the file of a socket: whoever has it can connect by way of /proc/self/fd, whatever becomes of the name.
    package static func reference(to path: String) throws(SystemError) -> OwnedDescriptor {
        // SAFETY: the path is a terminated string for the length of the call.
        OwnedDescriptor(adopting: try systemCall("open", on: path) { unsafe cplatform_open_reference(path) })
    }

    static func make(_ type: CInt, nonblocking: Bool) throws(SystemError) -> OwnedDescriptor {
        OwnedDescriptor(adopting: try systemCall("socket") { cplatform_unix_socket(type, nonblocking) })
    }
}

/// Stream sockets of the Internet, ip(7) and ipv6(7).
package enum InternetSocket {
    /// Listens on a numerical address of IPv4 or IPv6; `EINVAL` when it is none.
    package static func listen(host: String, port: UInt16) throws(SystemError) -> OwnedDescriptor {
        // SAFETY: the host is a terminated string for the length of the call.
        let number = try systemCall("listen", on: "\(host) port \(port)") {
            unsafe cplatform_internet_listen(host, port)
        }
        return OwnedDescriptor(adopting: number)
    }
}

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

/// Two stream sockets, connected to each other; socketpair(2).
package struct SocketPair: ~Copyable, Sendable {
    package let near: OwnedDescriptor
    package let far: OwnedDescriptor

    package init() throws(SystemError) {
        var ends: [CInt] = [-1, -1]
        // SAFETY: the array has the two places that the call fills.
        try systemCall("socketpair") { unsafe cplatform_socketpair(&ends) }
        near = OwnedDescriptor(adopting: ends[0])
        far = OwnedDescriptor(adopting: ends[1])
    }

    /// Closes the far end.
    package consuming func intoNear() -> OwnedDescriptor { near }
}
