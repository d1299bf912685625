internal import Glibc
internal import Platform

/// A socket for clients, created by this process or passed by the service manager.
final class ListeningSocket {
    let path: String
    /// The socket and its file, if this process created them.
    private let bound: BoundSocket?
    /// A socket of the service manager, which also manages its permissions and its file.
    private let adopted: OwnedDescriptor?
    /// The new file.
    private let first: FileStatus?
    /// The name of a socket of the service manager, `FileDescriptorName=`; empty for others.
    let name: String

    /// Creates the file `path`, replacing a leftover socket, and listens on it.
    init(at path: String, _ access: SocketAccess) throws(SystemError) {
        self.path = path
        let socket = try BoundSocket(replacing: path, mode: access.mode)
        first = try socket.status
        bound = consume socket
        adopted = nil
        name = ""
        do throws(SystemError) {
            if access.group != nil { try give(access) }
        } catch {
            removeFile()
            throw error
        }
    }

    /// Creates the file `path` in a directory that may belong to another account, and listens on it.
    ///
    /// A leftover socket is replaced, but not one on which somebody listens. Nobody can connect before the file has its
    /// owner, group and mode. The owner of the directory cannot make this process change another file.
    init(sharingDirectoryOf path: String, _ access: SocketAccess) throws(SystemError) {
        self.path = path
        let socket = try BoundSocket(replacing: path, mode: 0o600, unlessAnswered: true)
        first = try socket.status
        bound = consume socket
        adopted = nil
        name = ""
        do throws(SystemError) {
            switch bound {
            case .some(let socket): try socket.verify()
            case nil: break
            }
            try give(access)
        } catch {
            removeFile()
            throw error
        }
    }

    private init(adopting descriptor: consuming OwnedDescriptor, path: String, name: String) {
        self.path = path
        bound = nil
        adopted = consume descriptor
        first = nil
        self.name = name
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
            let now = try socket.status
            let (owner, group) = (access.owner ?? first?.owner ?? now.owner, access.group ?? first?.group ?? now.group)
            if now.owner != owner || now.group != group {
                try socket.give(to: now.owner == owner ? nil : owner, group: now.group == group ? nil : group)
            }
            try socket.setMode(access.mode)
        case nil: break
        }
    }

    /// Whether its path leads to it, as far as this process created it.
    var isInPlace: Bool {
        switch bound {
        case .some(let socket): socket.isInPlace
        case nil: true
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
                sockets.append(
                    ListeningSocket(adopting: try UnixSocket.adoptListener(number), path: path, name: name)
                )
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
