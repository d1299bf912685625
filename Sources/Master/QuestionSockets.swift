internal import Glibc
internal import Platform

/// The sockets on which the frontend answers questions about its state: that of saslauthctl, and that of `--metrics`.
///
/// The master holds them, so that they outlive a frontend; `removeFiles` takes their files away.
final class QuestionSockets {
    let control: OwnedDescriptor
    let metrics: OwnedDescriptor?
    private var paths: [String]

    /// Listens on `control` in `directory`, which only root and the daemon's own account may use, and on the metrics' address.
    init(directory: String, metrics address: MetricsAddress?) throws(SystemError) {
        let path = "\(directory)/control"
        control = try Self.listen(path, mode: 0o600)
        paths = [path]
        switch address {
        case .internet(let host, let port): metrics = try InternetSocket.listen(host: host, port: port)
        case .socket(let path):
            metrics = try Self.listen(path, mode: 0o666)
            paths.append(path)
        case nil: metrics = nil
        }
    }

    /// The sockets' numbers in the order in which the frontend has them.
    var numbers: [CInt] {
        switch metrics {
        case .some(let metrics): [control.rawValue, metrics.rawValue]
        case nil: [control.rawValue]
        }
    }

    func removeFiles() {
        // What cannot be removed any more is replaced by the next instance.
        for path in paths { try? Directory.removeFile(path) }
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
