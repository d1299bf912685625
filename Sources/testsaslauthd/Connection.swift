import Platform

/// The connection at one place of a `LoadLoop`; used for one question after the other.
final class Connection {
    private var socket: OwnedDescriptor?
    /// How many bytes of the request the system took.
    private(set) var sent = 0
    private var start = Instant(nanoseconds: 0)
    private var reader = AnswerReader()

    /// Notes that a question begins.
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

    /// Sends as much of what is left of the request as the system takes.
    func send(_ request: Span<UInt8>) throws(SystemError) {
        switch try socket?.send(request.extracting(droppingFirst: sent)) {
        case .bytes(let count): sent += count
        case .wouldBlock, nil: break
        // Reading tells the same, behind an answer that is there already.
        case .ended: sent = request.count
        }
    }

    /// Has the loop wait for this connection.
    func watch(in poll: inout PollSet, at place: Int, forWriting: Bool) {
        guard let socket = socket.take() else { return }
        poll.watch(socket, at: place, forWriting: forWriting)
        self.socket = consume socket
    }

    /// Reads what is there; the outcome as soon as the answer is whole or the connection at its end.
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

    /// Closes and says how many nanoseconds the question took.
    func end() -> UInt64 {
        socket = nil
        return Instant.now.nanoseconds - start.nanoseconds
    }
}
