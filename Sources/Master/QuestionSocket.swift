internal import Glibc
internal import Platform

/// A socket on which the frontend answers questions about its state.
///
/// The master holds it, so that it outlives a frontend; `removeFile` takes its file away.
final class QuestionSocket {
    enum Purpose: Hashable {
        /// That of saslauthctl, in the run directory of this path; only root and the daemon's own account may use it.
        case control(directory: String)
        /// That of `--metrics`, which everyone may use who can reach it.
        case metrics(MetricsAddress)
    }

    let purpose: Purpose
    let descriptor: OwnedDescriptor
    private let path: String?

    /// Makes the socket and listens; a file that is left of a dead instance is replaced.
    init(_ purpose: Purpose) throws(SystemError) {
        self.purpose = purpose
        switch purpose {
        case .control(let directory):
            path = "\(directory)/control"
            descriptor = try Self.listen("\(directory)/control", mode: 0o600)
        case .metrics(.socket(let path)):
            self.path = path
            descriptor = try Self.listen(path, mode: 0o666)
        case .metrics(.internet(let host, let port)):
            path = nil
            descriptor = try InternetSocket.listen(host: host, port: port)
        }
    }

    /// What the settings want sockets for, in the order in which the frontend has them.
    static func purposes(_ settings: Settings) -> [Purpose] {
        [.control(directory: settings.directories[0])] + (settings.metrics.map { [.metrics($0)] } ?? [])
    }

    func removeFile() {
        // What cannot be removed any more is replaced by the next instance.
        if let path { try? Directory.removeFile(path) }
    }

    /// The umask keeps others away until the mode is set.
    private static func listen(_ path: String, mode: mode_t) throws(SystemError) -> OwnedDescriptor {
        try Directory.removeFile(path)
        let socket = try UnixSocket.listen(at: path)
        // SAFETY: the path is a terminated string for the length of the call.
        try systemCall("chmod", on: path) { unsafe chmod(path, mode) }
        return socket
    }
}
