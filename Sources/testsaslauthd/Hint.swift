import Glibc
import Platform

/// Explains failures.
enum Hint {
    /// The likely cause or remedy, without a newline; `nil` for none.
    static func line(for failure: Failure, socket: String, _ kind: ServerProtocol = .mux) -> String? {
        switch failure {
        case .unconnected(let error): unconnected(error.number, socket: socket, kind)
        case .dovecot(let failure): failure.hint
        case .tooShort(length: 0):
            "an answer of length zero: temporary failure, the password was not checked; see saslauthd's log"
        case .noLength: "the connection was closed without an answer: temporary failure; see saslauthd's log"
        case .timeIsOver: "saslauthd hangs or is overloaded; see its log, then restart it"
        case .strange: "not an answer of saslauthd: another program listens there"
        case .requestNotSent, .textCut, .tooShort: nil
        }
    }

    private static func unconnected(_ number: CInt, socket: String, _ kind: ServerProtocol) -> String? {
        switch number {
        case ENOENT: missing(socket, kind)
        case ECONNREFUSED: refused(socket, kind)
        case EACCES: denied(socket)
        case ENAMETOOLONG: "the path exceeds \(UnixSocket.maximumPathLength) bytes"
        default: nil
        }
    }

    private static func missing(_ socket: String, _ kind: ServerProtocol) -> String {
        guard kind == .mux else { return "\(socket) does not exist: is saslauthd running, with --dovecot \(socket)?" }
        guard socket.hasSuffix("/mux") else {
            return "\(socket) does not exist; the socket is named mux, in the directory of saslauthd's option -m"
        }
        return "\(socket) does not exist: is saslauthd running, with -m \(socket.dropLast(4))?"
    }

    private static func refused(_ socket: String, _ kind: ServerProtocol) -> String {
        switch (try? FileStatus(of: socket))?.kind {
        case .directory where kind != .mux: "\(socket) is a directory: name the socket in it"
        case .directory:
            "\(socket) is a directory: name the socket in it, \(socket)\(socket.hasSuffix("/") ? "" : "/")mux"
        case .socket, nil: "no process listens on \(socket): saslauthd is not running, or was killed"
        default: "\(socket) is not a socket"
        }
    }

    /// Explains which path denies access to `socket`: the first directory that may not be entered, or the socket
    /// itself.
    private static func denied(_ socket: String) -> String? {
        let directories = socket.indices.filter { socket[$0] == "/" }.map { String(socket[...$0]) }
        let refusing = directories.first { !FileAccess.mayEnter($0) }
        let path = refusing.map { $0.count > 1 ? String($0.dropLast()) : $0 } ?? socket
        guard let status = try? FileStatus(of: path) else { return nil }
        return denied(path, status: status, ownGroups: Group.own) { Group.name(of: $0) }
    }

    /// Explains who has access to `path`.
    static func denied(
        _ path: String,
        status: FileStatus,
        ownGroups: Set<gid_t>,
        name: (gid_t) -> String
    ) -> String {
        let (verb, bit): (String, mode_t) = status.kind == .directory ? ("enter", 0o010) : ("write to", 0o020)
        let group = name(status.group)
        guard status.permissions & bit != 0 else { return "only the owner of \(path) may \(verb) it" }
        guard !ownGroups.contains(status.group) else {
            return "\(path): access denied, though group \(group) may \(verb) it"
        }
        return "you are not in group \(group), which may \(verb) \(path)"
    }
}
