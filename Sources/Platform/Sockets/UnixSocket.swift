internal import CPlatform
internal import Glibc

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
