import Platform

/// One question over a connection of its own, with calls that wait.
///
/// It waits as long as the server does: there is no deadline, as in the original.
struct Exchange {
    let socket: String
    let request: [UInt8]
    private var buffer = [UInt8](repeating: 0, count: 1024)

    init(socket: String, request: [UInt8]) {
        self.socket = socket
        self.request = request
    }

    /// Connects, asks, and reads until the counted text is whole.
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
        // A connection that breaks is one that ends.
        while case .bytes(let count)? = try? connection.receive(into: &buffer) {
            if let outcome = reader.take(buffer.span.extracting(..<count)) { return outcome }
        }
        throw reader.cutShort
    }
}
