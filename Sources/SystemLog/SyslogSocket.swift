internal import Glibc
internal import Platform
internal import Synchronization

/// A connection to the system's log that never waits.
///
/// syslog(3) blocks when the system's log does not read; a login must not wait for that. Lines that it does not take are counted,
/// and the count is told with the first line that it takes again. Where nobody listens, lines are dropped.
final class SyslogSocket: Sendable {
    private struct State: ~Copyable {
        var socket: OwnedDescriptor?
        var lost = 0
    }

    private enum Outcome {
        case sent, full, gone
    }

    private static let facility = CInt(LOG_AUTH)
    private let path: String
    private let state = Mutex(State())

    init(path: String) {
        self.path = path
    }

    /// Sends a line, `ident[pid]: text`, with the time and priority before it.
    func send(severity: CInt, _ line: String) {
        state.withLock { state in
            if state.lost > 0 {
                let report =
                    "saslauthd[\(getpid())]: \(state.lost) lines were not taken by the system's log and are lost"
                if deliver(Self.datagram(severity: CInt(LOG_WARNING), report), &state) { state.lost = 0 }
            }
            if !deliver(Self.datagram(severity: severity, line), &state) { state.lost += 1 }
        }
    }

    /// Whether the line needs no further thought: it was sent, or nobody listens.
    private func deliver(_ datagram: [UInt8], _ state: inout State) -> Bool {
        // The second try is for a system log that was restarted and has a new socket.
        for _ in 0..<2 {
            if state.socket == nil { state.socket = try? UnixSocket.datagram(to: path) }
            guard let number = state.socket?.rawValue else { return true }
            switch Self.attempt(datagram, on: number) {
            case .sent: return true
            case .full: return false
            case .gone: state.socket = nil
            }
        }
        return true
    }

    private static func attempt(_ datagram: [UInt8], on descriptor: CInt) -> Outcome {
        // SAFETY: the array is as long as the call is told.
        let count = unsafe Glibc.send(descriptor, datagram, datagram.count, CInt(MSG_NOSIGNAL))
        if count >= 0 { return .sent }
        return [EAGAIN, EINTR, ENOBUFS, EMSGSIZE].contains(errno) ? .full : .gone
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
