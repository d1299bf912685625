internal import CPlatform
package import Glibc

/// A listening UNIX stream socket and its file.
///
/// A descriptor refers to the file, whatever happens to its name. So permissions are set on this file, and no other
/// file is removed.
package struct BoundSocket: ~Copyable, Sendable {
    package let path: String
    package let listener: OwnedDescriptor
    /// Refers to the file: with a duplicate, /proc/self/fd/NUMBER leads to the socket without its name.
    package let reference: OwnedDescriptor
    private let state: FileStatus

    /// Creates the file `path` with these permissions, regardless of the umask, and listens with the maximum backlog of
    /// the kernel.
    ///
    /// A socket left at `path` is replaced. Any other file causes `EADDRINUSE` of bind; with `unlessAnswered`, so does
    /// a socket on which somebody listens.
    package init(replacing path: String, mode: mode_t, unlessAnswered: Bool = false) throws(SystemError) {
        let socket = try UnixSocket.make(CInt(SOCK_STREAM.rawValue), nonblocking: true)
        // bind(2) gives the file the permissions of the socket.
        try systemCall("fchmod", on: path) { fchmod(socket.rawValue, mode) }
        if !unlessAnswered || !Self.isAnswered(path) { try Self.removeSocket(path) }
        let mask = umask(0)
        defer { umask(mask) }
        // SAFETY: the path is a null-terminated string during the call.
        try systemCall("bind", on: path) { unsafe cplatform_unix_bind(socket.rawValue, path) }
        let reference = try Self.reference(to: socket, at: path)
        try self.init(path: path, listener: socket, reference: reference)
    }

    init(
        path: String,
        listener: consuming OwnedDescriptor,
        reference: consuming OwnedDescriptor
    ) throws(SystemError) {
        state = try FileStatus(of: reference)
        self.path = path
        self.listener = listener
        self.reference = reference
    }

    /// Listens on a socket bound to `path`, and opens a reference to its file; removes the file on failure.
    private static func reference(
        to socket: borrowing OwnedDescriptor,
        at path: String
    ) throws(SystemError) -> OwnedDescriptor {
        let number = socket.rawValue
        do throws(SystemError) {
            try systemCall("listen", on: path) { Glibc.listen(number, CInt(SOMAXCONN)) }
            let reference = try UnixSocket.reference(to: path)
            guard try FileStatus(of: reference).kind == .socket else {
                throw SystemError("bind", on: path, number: EADDRINUSE)
            }
            return reference
        } catch {
            try? removeSocket(path)
            throw error
        }
    }

    /// The metadata of the file.
    package var status: FileStatus { get throws(SystemError) { try FileStatus(of: reference) } }

    /// Whether `path` still names this file.
    package var isInPlace: Bool { (try? FileStatus(ofName: path))?.isSameFile(as: state) == true }

    /// Throws `ESTALE` if `reference` leads to another socket.
    ///
    /// Between bind(2) and the opening of the reference, whoever can write to the directory can give the name to
    /// another socket, so call this before giving away rights. It connects, and the connection must arrive here.
    package func verify() throws(SystemError) {
        _ = try UnixSocket.connectNonblocking(to: "/proc/self/fd/\(reference.rawValue)")
        while let connection = try UnixSocket.acceptNonblocking(on: listener.rawValue) {
            if try PeerCredentials(of: connection.rawValue).pid == getpid() { return }
        }
        throw SystemError("bind", on: path, number: ESTALE)
    }

    /// Sets the owner and the group of the file, except for `nil`.
    package func give(to owner: uid_t?, group: gid_t?) throws(SystemError) {
        let number = reference.rawValue
        try systemCall("chown", on: path) { cplatform_give_reference(number, owner ?? .max, group ?? .max) }
    }

    /// Sets the permissions of the file.
    package func setMode(_ mode: mode_t) throws(SystemError) {
        // fchmod(2) does not accept an `O_PATH` descriptor, but chmod(2) accepts its path in /proc.
        let way = "/proc/self/fd/\(reference.rawValue)"
        // SAFETY: the path is a null-terminated string during the call.
        try systemCall("chmod", on: path) { unsafe chmod(way, mode) }
    }

    /// Removes `path` if it still names this file.
    package func removeFile() throws(SystemError) {
        try Directory.removeFile(path, ifStill: state)
    }

    /// Whether somebody listens on the socket `path`, also if this process may not connect to it.
    private static func isAnswered(_ path: String) -> Bool {
        do throws(SystemError) {
            _ = try UnixSocket.connectNonblocking(to: path)
            return true
        } catch {
            return ![ECONNREFUSED, ENOENT].contains(error.number)
        }
    }

    /// Removes a leftover socket; any other file stays and causes `EADDRINUSE` of bind later.
    private static func removeSocket(_ path: String) throws(SystemError) {
        guard let found = try? FileStatus(ofName: path), found.kind == .socket else { return }
        try Directory.removeFile(path)
    }
}
