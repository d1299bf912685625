internal import Glibc
internal import Synchronization

/// A connection to syslog that never blocks.
///
/// syslog(3) blocks while the syslog daemon does not read; a login must not wait for that. Lines that it does not take
/// are counted, and the count is logged with the next line that it takes. If nobody is listening, lines are dropped.
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

    /// Sends a line, `ident[pid]: text`, prefixed with priority and time.
    func send(severity: CInt, _ line: String) {
        state.withLock { state in
            if state.lost > 0 {
                let report =
                    "saslauthd[\(getpid())]: dropped \(state.lost) lines: syslog was not read"
                if state.socket.send(Self.datagram(severity: CInt(LOG_WARNING), report)) != .full { state.lost = 0 }
            }
            if state.socket.send(Self.datagram(severity: severity, line)) == .full { state.lost += 1 }
        }
    }

    /// `<PRIORITY>Mmm dd hh:mm:ss LINE`, RFC 3164 as the C library writes it to /dev/log: without a host name.
    static func datagram(severity: CInt, _ line: String) -> [UInt8] {
        var seconds = time(nil)
        // SAFETY: zeros are valid for all members, and the call below fills them.
        var fields = unsafe tm()
        var stamp = [CChar](repeating: 0, count: 32)
        // SAFETY: the call gets the length of the buffer; the format makes 15 characters.
        unsafe localtime_r(&seconds, &fields)
        let length = unsafe strftime(&stamp, stamp.count, "%b %e %H:%M:%S", &fields)
        return Array("<\(facility | severity)>".utf8) + stamp[..<length].map { UInt8(bitPattern: $0) }
            + Array(" \(line)".utf8)
    }
}
