internal import Glibc
internal import Platform

/// A socket that clients connect to, made by this process or handed over by the service manager.
final class ListeningSocket {
    let path: String
    /// The socket and its file, where this process made them.
    private let bound: BoundSocket?
    /// What the service manager made: who can connect, and what becomes of the file, is its business.
    private let adopted: OwnedDescriptor?
    /// The group that the file was born with.
    private let firstGroup: gid_t

    /// Makes the file `path`, in the place of a socket that is left there, and listens on it.
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

    /// For the length of one system call; never keep it.
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

    /// Sets who can connect, where the service manager has not.
    func give(_ access: SocketAccess) throws(SystemError) {
        switch bound {
        case .some(let socket):
            let group = access.group ?? firstGroup
            if try socket.group != group { try socket.give(to: nil, group: group) }
            try socket.setMode(access.mode)
        case nil: break
        }
    }

    /// Takes the file away, if this process made it and its name is still that of this file.
    func removeFile() {
        switch bound {
        // What cannot be removed is replaced by the next instance.
        case .some(let socket): try? socket.removeFile()
        case nil: break
        }
    }

    /// Takes over what the service manager has handed over to this process, except under the name `other`; to be called once.
    static func handedOver(exceptNamed other: String) throws(StartFailure) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        for (number, name) in ServiceManager.handedOver where name != other {
            do throws(SystemError) {
                let path = try UnixSocket.path(ofListener: number)
                sockets.append(ListeningSocket(adopting: try UnixSocket.adoptListener(number), path: path))
            } catch {
                throw .reason([
                    "the socket that the service manager handed over as descriptor \(number) cannot be served: \(error)",
                    "ListenStream= with a path makes one that can.",
                ])
            }
        }
        return sockets
    }

    /// Whether clients reach it by `path`, be it another name of the same file.
    func isAt(_ path: String) -> Bool {
        if path == self.path { return true }
        guard let own = try? FileStatus(of: self.path), let other = try? FileStatus(of: path) else { return false }
        return own.isSameFile(as: other)
    }
}
