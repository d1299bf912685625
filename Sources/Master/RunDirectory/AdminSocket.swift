internal import CommandLine
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// A socket on which the frontend answers questions about its state.
///
/// The master holds it, so that it outlives a frontend; `removeFile` takes its file away.
final class AdminSocket {
    enum Purpose: Hashable {
        /// That of saslauthctl, in the run directory of this path; only root and the daemon's own account may use it.
        case control(directory: String)
        /// That of `--metrics`, which everyone may use who can reach it.
        case metrics(MetricsAddress)

        var isControl: Bool {
            if case .control = self { true } else { false }
        }
    }

    let purpose: Purpose
    private let bound: BoundSocket?
    private let internet: OwnedDescriptor?

    /// Makes the socket and listens; one that is left of a dead instance is replaced, and no other file.
    init(_ purpose: Purpose) throws(SystemError) {
        self.purpose = purpose
        switch purpose {
        case .control(let directory):
            bound = try BoundSocket(replacing: "\(directory)/\(ControlRequest.socketName)", mode: 0o600)
            internet = nil
        case .metrics(.socket(let path)):
            bound = try BoundSocket(replacing: path, mode: 0o666, unlessAnswered: true)
            internet = nil
        case .metrics(.internet(let host, let port)):
            bound = nil
            internet = try InternetSocket.listen(host: host, port: port)
        }
    }

    /// For the length of one system call; never keep it.
    var number: CInt {
        switch bound {
        case .some(let socket): return socket.listener.rawValue
        case nil: break
        }
        switch internet {
        case .some(let descriptor): return descriptor.rawValue
        case nil: preconditionFailure("a socket is of one kind or the other")
        }
    }

    /// What the settings want sockets for.
    static func purposes(_ settings: Settings) -> [Purpose] {
        [.control(directory: settings.directories[0])] + (settings.metrics.map { [.metrics($0)] } ?? [])
    }

    /// Takes the file away, if its name is still that of this socket.
    func removeFile() {
        switch bound {
        // What cannot be removed is replaced by the next instance.
        case .some(let socket): try? socket.removeFile()
        case nil: break
        }
    }
}
