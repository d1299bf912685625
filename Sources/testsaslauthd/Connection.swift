import Platform

/// The connection of one slot of a `LoadLoop`; reused for one request after the other.
final class Connection<Conversation: Dialogue> {
    private let beginning: Conversation
    private var dialogue: Conversation
    private var socket: OwnedDescriptor?
    /// The number of bytes of the dialogue's output sent so far.
    private var sent = 0
    private var start = Instant(nanoseconds: 0)

    init(_ beginning: Conversation) {
        self.beginning = beginning
        dialogue = beginning
    }

    /// Whether something is to be sent.
    var hasOutput: Bool { !dialogue.output.isEmpty }

    /// Starts a request.
    func begin() {
        sent = 0
        dialogue = beginning
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

    /// Sends as much of the rest of the output as the socket takes.
    func send() throws(SystemError) {
        let output = dialogue.output
        switch try socket?.send(output.span.extracting(droppingFirst: sent)) {
        case .bytes(let count): sent += count
        case .wouldBlock, nil: break
        // The answer may have arrived already: reading reports the end after it.
        case .ended: sent = output.count
        }
        guard sent == output.count else { return }
        sent = 0
        dialogue.sentAll()
    }

    /// Adds this connection to the poll set.
    func watch(in poll: inout PollSet, at place: Int) {
        guard let socket = socket.take() else { return }
        poll.watch(socket, at: place, forWriting: hasOutput)
        self.socket = consume socket
    }

    /// Reads available bytes; returns the outcome once the answer is complete or the server closed the connection.
    func receive(_ buffer: inout [UInt8]) -> ProbeOutcome? {
        do {
            while true {
                switch try socket?.receive(into: &buffer) {
                case .bytes(let count):
                    if let outcome = dialogue.take(buffer.span.extracting(..<count)) { return outcome }
                case .ended: return .failed(dialogue.cutShort)
                case .wouldBlock, nil: return nil
                }
            }
        } catch {
            return .failed(dialogue.cutShort)
        }
    }

    /// Closes the connection; returns how long the request took, in nanoseconds.
    func end() -> UInt64 {
        socket = nil
        return Instant.now.nanoseconds - start.nanoseconds
    }
}
