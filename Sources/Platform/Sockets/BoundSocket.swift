internal import CPlatform
package import Glibc

/// A stream socket of the UNIX domain that listens, and its file.
///
/// The file is known by a descriptor, whatever becomes of its name: rights are given to the file itself, and no other is removed.
package struct BoundSocket: ~Copyable, Sendable {
    package let path: String
    package let listener: OwnedDescriptor
    /// Refers to the file: a copy is a way to it, /proc/self/fd/NUMBER, that needs no name.
    package let reference: OwnedDescriptor
    private let state: FileStatus

    /// Makes the file `path` with these permissions, whatever the umask, and listens with the longest backlog that the kernel gives.
    ///
    /// A socket that is left there is replaced; any other file stays, and is an `EADDRINUSE` of bind. With `unlessAnswered` so is a socket
    /// on which somebody listens.
    package init(replacing path: String, mode: mode_t, unlessAnswered: Bool = false) throws(SystemError) {
        let socket = try UnixSocket.make(CInt(SOCK_STREAM.rawValue), nonblocking: true)
        // The file is born with the permissions of the socket.
        try systemCall("fchmod", on: path) { fchmod(socket.rawValue, mode) }
        if !unlessAnswered || !Self.isAnswered(path) { try Self.removeSocket(path) }
        let mask = umask(0)
        defer { umask(mask) }
        // SAFETY: the path is a terminated string for the length of the call.
        try systemCall("bind", on: path) { unsafe cplatform_unix_bind(socket.rawValue, path) }
        let reference = try Self.reference(to: socket, at: path)
        let state = try FileStatus(of: reference)
        self.path = path
        self.listener = socket
        self.reference = reference
        self.state = state
    }

    /// Listens on a socket that is bound to `path`, and refers to its file; takes that away where this cannot be.
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

    /// The group of the file.
    package var group: gid_t { get throws(SystemError) { try FileStatus(of: reference).group } }

    /// Gives the file to an account and a group, each where it is not `nil`.
    package func give(to owner: uid_t?, group: gid_t?) throws(SystemError) {
        let number = reference.rawValue
        try systemCall("chown", on: path) { cplatform_give_reference(number, owner ?? .max, group ?? .max) }
    }

    /// Sets the permissions of the file.
    package func setMode(_ mode: mode_t) throws(SystemError) {
        // The kernel's way to the file of a reference, which fchmod(2) does not take.
        let way = "/proc/self/fd/\(reference.rawValue)"
        // SAFETY: the path is a terminated string for the length of the call.
        try systemCall("chmod", on: path) { unsafe chmod(way, mode) }
    }

    /// Takes the name away, if it is still that of this file.
    package func removeFile() throws(SystemError) {
        try Directory.removeFile(path, ifStill: state)
    }

    private static func isAnswered(_ path: String) -> Bool {
        do throws(SystemError) {
            _ = try UnixSocket.connectNonblocking(to: path)
            return true
        } catch {
            return error.number == EAGAIN
        }
    }

    /// Takes a socket away that is left; what is none stays, and is an `EADDRINUSE` of bind later.
    private static func removeSocket(_ path: String) throws(SystemError) {
        guard let found = try? FileStatus(ofName: path), found.kind == .socket else { return }
        try Directory.removeFile(path)
    }
}
