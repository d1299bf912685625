internal import CommandLine
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// A socket on which the frontend answers saslauthctl or monitors.
///
/// The master holds it, so that it outlives a frontend; `removeFile` removes its file.
final class AdminSocket {
    enum Purpose: Hashable {
        /// For saslauthctl, in this run directory; only root and the daemon's own account may use it.
        case control(directory: String)
        /// For `--metrics`; everyone who can reach it may use it.
        case metrics(MetricsAddress)

        var isControl: Bool {
            if case .control = self { true } else { false }
        }
    }

    let purpose: Purpose
    private let bound: BoundSocket?
    private let internet: OwnedDescriptor?

    /// Creates the socket and listens; a socket left by a dead instance is replaced, but no other file.
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

    /// Use it for one system call only.
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

    /// The sockets that the settings require.
    static func purposes(_ settings: Settings) -> [Purpose] {
        [.control(directory: settings.directories[0])] + (settings.metrics.map { [.metrics($0)] } ?? [])
    }

    /// Removes the file, if its name still belongs to this socket.
    func removeFile() {
        switch bound {
        // If this fails, the next instance replaces the file.
        case .some(let socket): try? socket.removeFile()
        case nil: break
        }
    }
}
