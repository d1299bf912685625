internal import Glibc
internal import Platform

/// A connection to a log's datagram socket that never blocks, and that reconnects after the log was restarted.
struct DatagramSocket: ~Copyable {
    enum Outcome {
        case sent
        /// The log is not reading at the moment.
        case full
        /// Nobody is listening.
        case gone
    }

    private let path: String
    private var socket: OwnedDescriptor?

    init(path: String) {
        self.path = path
        socket = try? UnixSocket.datagram(to: path)
    }

    /// Whether somebody was listening at the last attempt.
    var isConnected: Bool { number != nil }

    mutating func send(_ datagram: [UInt8]) -> Outcome {
        // The second attempt is for a log that was restarted and has a new socket.
        for _ in 0..<2 {
            if number == nil { socket = try? UnixSocket.datagram(to: path) }
            guard let number else { return .gone }
            // SAFETY: the call gets the length of the array.
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
