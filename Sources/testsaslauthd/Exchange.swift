import Platform

/// One request over its own connection, with blocking calls.
///
/// As in Cyrus's testsaslauthd there is no deadline.
struct Exchange {
    let socket: String
    let request: [UInt8]
    private var buffer = [UInt8](repeating: 0, count: 1024)

    init(socket: String, request: [UInt8]) {
        self.socket = socket
        self.request = request
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
        do {
            try connection.writeAll(request.span)
        } catch {
            throw .requestNotSent
        }
        var reader = AnswerReader()
        // A broken connection counts as closed.
        while case .bytes(let count)? = try? connection.receive(into: &buffer) {
            if let outcome = reader.take(buffer.span.extracting(..<count)) { return outcome }
        }
        throw reader.cutShort
    }
}
