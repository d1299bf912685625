import Platform

/// The connection of one slot of a `LoadLoop`; reused for one request after the other.
final class Connection {
    private var socket: OwnedDescriptor?
    /// The number of bytes of the request sent so far.
    private(set) var sent = 0
    private var start = Instant(nanoseconds: 0)
    private var reader = AnswerReader()

    /// Starts a request.
    func begin() {
        sent = 0
        reader = AnswerReader()
        start = .now
    }

    /// Connects; `false` while the server's backlog is full.
    func connect(to path: String) throws(SystemError) -> Bool {
        let socket =
            if let socket = socket.take() { socket } else { try UnixSocket.unconnected() }
        let isConnected = try UnixSocket.tryConnect(socket, to: path)
        self.socket = consume socket
        return isConnected
    }

    /// Sends as much of the rest of the request as the socket takes.
    func send(_ request: Span<UInt8>) throws(SystemError) {
        switch try socket?.send(request.extracting(droppingFirst: sent)) {
        case .bytes(let count): sent += count
        case .wouldBlock, nil: break
        // The answer may have arrived already: reading reports the end after it.
        case .ended: sent = request.count
        }
    }

    /// Adds this connection to the poll set.
    func watch(in poll: inout PollSet, at place: Int, forWriting: Bool) {
        guard let socket = socket.take() else { return }
        poll.watch(socket, at: place, forWriting: forWriting)
        self.socket = consume socket
    }

    /// Reads available bytes; returns the outcome once the answer is complete or the server closed the connection.
    func receive(_ buffer: inout [UInt8]) -> ProbeOutcome? {
        do {
            while true {
                switch try socket?.receive(into: &buffer) {
                case .bytes(let count):
                    if let outcome = reader.take(buffer.span.extracting(..<count)) { return outcome }
                case .ended: return .failed(reader.cutShort)
                case .wouldBlock, nil: return nil
                }
            }
        } catch {
            return .failed(reader.cutShort)
        }
    }

    /// Closes the connection; returns how long the request took, in nanoseconds.
    func end() -> UInt64 {
        socket = nil
        return Instant.now.nanoseconds - start.nanoseconds
    }
}
