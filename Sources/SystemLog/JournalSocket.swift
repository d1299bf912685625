internal import Synchronization

/// A connection to the journal that never blocks; it speaks the native protocol, systemd-journald.service(8).
final class JournalSocket: Sendable {
    /// The socket of journald.
    static let path = "/run/systemd/journal/socket"

    private let socket: Mutex<DatagramSocket>

    /// `nil` if there is no journal.
    init?(path: String) {
        socket = Mutex(DatagramSocket(path: path))
        guard socket.withLock({ $0.isConnected }) else { return nil }
    }

    /// Sends an entry; `false` if the journal does not take it.
    func send(_ fields: [(name: String, value: String)]) -> Bool {
        let datagram = Self.datagram(fields)
        return socket.withLock { $0.send(datagram) == .sent }
    }

    /// One field per line, `NAME=value`; a value with line breaks follows its length, 64 bits in little-endian order.
    static func datagram(_ fields: [(name: String, value: String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in fields {
            bytes += name.utf8
            if value.utf8.contains(UInt8(ascii: "\n")) {
                bytes.append(UInt8(ascii: "\n"))
                let count = UInt64(value.utf8.count)
                for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
            } else {
                bytes.append(UInt8(ascii: "="))
            }
            bytes += value.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}
