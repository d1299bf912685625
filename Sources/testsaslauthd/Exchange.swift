import Platform

/// One request over its own connection, with blocking calls.
struct Exchange<Conversation: Dialogue> {
    let socket: String
    /// How each request begins.
    let beginning: Conversation
    private var buffer = [UInt8](repeating: 0, count: 1024)

    init(socket: String, _ beginning: Conversation) {
        self.socket = socket
        self.beginning = beginning
    }

    /// Connects, sends the request, and reads the answer.
    mutating func run() -> ProbeOutcome {
        do {
            return try ask()
        } catch {
            return .failed(error)
        }
    }

    private mutating func ask() throws(Failure) -> ProbeOutcome {
        let connection: OwnedDescriptor
        do {
            connection = try UnixSocket.connect(to: socket)
        } catch {
            throw .unconnected(error)
        }
        var dialogue = beginning
        while true {
            let output = dialogue.output
            if !output.isEmpty {
                do {
                    try connection.writeAll(output.span)
                } catch {
                    throw .requestNotSent
                }
                dialogue.sentAll()
            }
            if let (seconds, failure) = dialogue.patience {
                let limit = TimeLimit(seconds: seconds)
                guard limit.awaitsInput(on: connection.rawValue) else { throw failure }
            }
            // A broken connection counts as closed.
            guard case .bytes(let count)? = try? connection.receive(into: &buffer) else { throw dialogue.cutShort }
            if let outcome = dialogue.take(buffer.span.extracting(..<count)) { return outcome }
        }
    }
}
