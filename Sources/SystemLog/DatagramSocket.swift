internal import Glibc
internal import Platform

/// A way to the datagram socket of a log that never waits, and that finds the log again when it was restarted.
struct DatagramSocket: ~Copyable {
    enum Outcome {
        case sent
        /// The log does not read at the moment.
        case full
        /// Nobody listens.
        case gone
    }

    private let path: String
    private var socket: OwnedDescriptor?

    init(path: String) {
        self.path = path
        socket = try? UnixSocket.datagram(to: path)
    }

    /// Whether somebody listened when it was looked last.
    var isConnected: Bool { number != nil }

    mutating func send(_ datagram: [UInt8]) -> Outcome {
        // The second try is for a log that was restarted and has a new socket.
        for _ in 0..<2 {
            if number == nil { socket = try? UnixSocket.datagram(to: path) }
            guard let number else { return .gone }
            // SAFETY: the array is as long as the call is told.
            if unsafe Glibc.send(number, datagram, datagram.count, CInt(MSG_NOSIGNAL)) >= 0 { return .sent }
            if [EAGAIN, EINTR, ENOBUFS, EMSGSIZE].contains(errno) { return .full }
            socket = nil
        }
        return .gone
    }

    private var number: CInt? {
        switch socket {
        case .some(let socket): socket.rawValue
        case nil: nil
        }
    }
}
