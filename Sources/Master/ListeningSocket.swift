internal import Glibc
internal import Platform

/// A socket that clients connect to, made by this process or handed over by the service manager.
final class ListeningSocket {
    let descriptor: OwnedDescriptor
    let path: String
    /// Whether the service manager made it: who can connect, and what becomes of the file, is its business.
    let isHandedOver: Bool

    /// Makes the file `path`, which must not exist, and listens on it.
    init(at path: String) throws(SystemError) {
        descriptor = try UnixSocket.listen(at: path)
        self.path = path
        isHandedOver = false
    }

    private init(adopting descriptor: consuming OwnedDescriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
        isHandedOver = true
    }

    /// Takes over what the service manager has handed over to this process; to be called once.
    static func handedOver() throws(StartFailure) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        for number in ServiceManager.handedOver {
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
        guard let own = try? FileState(of: self.path), let other = try? FileState(of: path) else { return false }
        return own.isSameFile(as: other)
    }
}
