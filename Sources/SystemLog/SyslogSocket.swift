internal import Glibc
internal import Synchronization

/// A connection to the system's log that never waits.
///
/// syslog(3) blocks when the system's log does not read; a login must not wait for that. Lines that it does not take are counted,
/// and the count is told with the first line that it takes again. Where nobody listens, lines are dropped.
final class SyslogSocket: Sendable {
    private struct State: ~Copyable {
        var socket: DatagramSocket
        var lost = 0
    }

    private static let facility = CInt(LOG_AUTH)
    private let state: Mutex<State>

    init(path: String) {
        state = Mutex(State(socket: DatagramSocket(path: path)))
    }

    /// Sends a line, `ident[pid]: text`, with the time and priority before it.
    func send(severity: CInt, _ line: String) {
        state.withLock { state in
            if state.lost > 0 {
                let report =
                    "saslauthd[\(getpid())]: \(state.lost) lines were not taken by the system's log and are lost"
                if state.socket.send(Self.datagram(severity: CInt(LOG_WARNING), report)) != .full { state.lost = 0 }
            }
            if state.socket.send(Self.datagram(severity: severity, line)) == .full { state.lost += 1 }
        }
    }

    /// `<PRIORITY>Mmm dd hh:mm:ss LINE`, RFC 3164 as the C library has it for /dev/log: without a host name.
    static func datagram(severity: CInt, _ line: String) -> [UInt8] {
        var seconds = time(nil)
        // SAFETY: the type has no members that zeros are wrong for; the call below fills it.
        var fields = unsafe tm()
        var stamp = [CChar](repeating: 0, count: 32)
        // SAFETY: the buffer is as long as the call is told; the format makes 15 characters.
        unsafe localtime_r(&seconds, &fields)
        let length = unsafe strftime(&stamp, stamp.count, "%b %e %H:%M:%S", &fields)
        return Array("<\(facility | severity)>".utf8) + stamp[..<length].map { UInt8(bitPattern: $0) }
            + Array(" \(line)".utf8)
    }
}
