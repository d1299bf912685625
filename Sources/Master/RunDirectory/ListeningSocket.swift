internal import Glibc
internal import Platform

/// A socket for clients, created by this process or passed by the service manager.
final class ListeningSocket {
    let path: String
    /// The socket and its file, if this process created them.
    private let bound: BoundSocket?
    /// A socket of the service manager, which also manages its permissions and its file.
    private let adopted: OwnedDescriptor?
    /// The group of the new file.
    private let firstGroup: gid_t

    /// Creates the file `path`, replacing a leftover socket, and listens on it.
    init(at path: String, _ access: SocketAccess) throws(SystemError) {
        self.path = path
        let socket = try BoundSocket(replacing: path, mode: access.mode)
        firstGroup = try socket.group
        bound = consume socket
        adopted = nil
        do throws(SystemError) {
            if access.group != nil { try give(access) }
        } catch {
            removeFile()
            throw error
        }
    }

    private init(adopting descriptor: consuming OwnedDescriptor, path: String) {
        self.path = path
        bound = nil
        adopted = consume descriptor
        firstGroup = 0
    }

    /// Use it for one system call only.
    var number: CInt {
        switch bound {
        case .some(let socket): return socket.listener.rawValue
        case nil: break
        }
        switch adopted {
        case .some(let descriptor): return descriptor.rawValue
        case nil: preconditionFailure("a socket is made or adopted")
        }
    }

    var isHandedOver: Bool {
        switch adopted {
        case .some: true
        case nil: false
        }
    }

    /// Sets the permissions, unless the service manager owns the socket.
    func give(_ access: SocketAccess) throws(SystemError) {
        switch bound {
        case .some(let socket):
            let group = access.group ?? firstGroup
            if try socket.group != group { try socket.give(to: nil, group: group) }
            try socket.setMode(access.mode)
        case nil: break
        }
    }

    /// Removes the file, if this process created it and its name still belongs to it.
    func removeFile() {
        switch bound {
        // If this fails, the next instance replaces the file.
        case .some(let socket): try? socket.removeFile()
        case nil: break
        }
    }

    /// Takes ownership of the sockets that the service manager passed, except those named `other`; call it once.
    static func handedOver(exceptNamed other: String) throws(StartFailure) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        for (number, name) in ServiceManager.handedOver where name != other {
            do throws(SystemError) {
                let path = try UnixSocket.path(ofListener: number)
                sockets.append(ListeningSocket(adopting: try UnixSocket.adoptListener(number), path: path))
            } catch {
                throw .reason([
                    "cannot serve the socket that the service manager passed as descriptor \(number): \(error)",
                    "Use ListenStream= with a path.",
                ])
            }
        }
        return sockets
    }

    /// Whether clients reach it by `path`, which may be another name of the same file.
    func isAt(_ path: String) -> Bool {
        if path == self.path { return true }
        guard let own = try? FileStatus(of: self.path), let other = try? FileStatus(of: path) else { return false }
        return own.isSameFile(as: other)
    }
}
