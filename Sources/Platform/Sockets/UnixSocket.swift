internal import CPlatform
internal import Glibc

/// UNIX domain sockets, unix(7).
package enum UnixSocket {
    /// The maximum length of a path in an address, in bytes.
    package static let maximumPathLength = 107

    /// Listens on `path` with the maximum backlog of the kernel.
    ///
    /// The file must not exist; its mode is 0777 less the umask.
    package static func listen(at path: String) throws(SystemError) -> OwnedDescriptor {
        let socket = try make(CInt(SOCK_STREAM.rawValue), nonblocking: true)
        // SAFETY: the path is a null-terminated string during the call.
        try systemCall("bind", on: path) { unsafe cplatform_unix_bind(socket.rawValue, path) }
        try systemCall("listen", on: path) { Glibc.listen(socket.rawValue, CInt(SOMAXCONN)) }
        return socket
    }

    /// Takes ownership of a listening socket that this process inherited, and makes it non-blocking and close-on-exec.
    package static func adoptListener(_ number: CInt) throws(SystemError) -> OwnedDescriptor {
        let flags = try systemCall("fcntl") { fcntl(number, F_GETFL) }
        try systemCall("fcntl") { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
        try systemCall("fcntl") { fcntl(number, F_SETFD, FD_CLOEXEC) }
        return OwnedDescriptor(adopting: number)
    }

    /// The path of a listening socket; `EPROTOTYPE` if it is not a listening UNIX stream socket.
    package static func path(ofListener number: CInt) throws(SystemError) -> String {
        var buffer = [CChar](repeating: 0, count: maximumPathLength + 2)
        // SAFETY: the call gets the length of the array.
        try systemCall("getsockname") { unsafe cplatform_unix_listener_path(number, &buffer, buffer.count) }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Connects to the stream socket at `path`; blocks while its backlog is full.
    package static func connect(to path: String) throws(SystemError) -> OwnedDescriptor {
        let socket = try make(CInt(SOCK_STREAM.rawValue), nonblocking: false)
        // SAFETY: the path is a null-terminated string during the call.
        try systemCall("connect", on: path) { unsafe cplatform_unix_connect(socket.rawValue, path) }
        return socket
    }

    /// A non-blocking datagram socket, connected to `path`.
    package static func datagram(to path: String) throws(SystemError) -> OwnedDescriptor {
        let socket = try make(CInt(SOCK_DGRAM.rawValue), nonblocking: true)
        // SAFETY: the path is a null-terminated string during the call.
        try systemCall("connect", on: path) { unsafe cplatform_unix_connect(socket.rawValue, path) }
        return socket
    }

    /// Accepts a connection on `listener`; blocks until there is one.
    package static func accept(on listener: borrowing OwnedDescriptor) throws(SystemError) -> OwnedDescriptor {
        let number = listener.rawValue
        return OwnedDescriptor(adopting: try systemCall("accept") { cplatform_accept(number, false) })
    }

    /// A reference to the file of a socket: its owner can connect through /proc/self/fd, whatever happens to the name.
    package static func reference(to path: String) throws(SystemError) -> OwnedDescriptor {
        // SAFETY: the path is a null-terminated string during the call.
        OwnedDescriptor(adopting: try systemCall("open", on: path) { unsafe cplatform_open_reference(path) })
    }

    static func make(_ type: CInt, nonblocking: Bool) throws(SystemError) -> OwnedDescriptor {
        OwnedDescriptor(adopting: try systemCall("socket") { cplatform_unix_socket(type, nonblocking) })
    }
}
