internal import Authentication

extension DovecotConnection {
    /// Handles a line without its line break, or the beginning of one that is too long.
    mutating func handle(_ line: Span<UInt8>, isWhole: Bool) -> DovecotEvent? {
        do throws(Violation) {
            guard isWhole else { return try handleLong(line) }
            let hasReturn = !line.isEmpty && line[line.count - 1] == UInt8(ascii: "\r")
            return try handle(hasReturn ? line.extracting(first: line.count - 1) : line)
        } catch {
            close()
            return .close(error)
        }
    }

    private mutating func handle(_ line: Span<UInt8>) throws(Violation) -> DovecotEvent? {
        switch stage {
        case .awaitingVersion:
            stage = .awaitingProcessID(minorVersion: try ClientGreeting.minorVersion(line))
            return nil
        case .awaitingProcessID(let minorVersion):
            try ClientGreeting.checkProcessID(line)
            stage = .serving(minorVersion: minorVersion)
            return nil
        case .serving(let minorVersion):
            let command = try ClientCommand(line, minorVersion: minorVersion, mechanisms: mechanisms) {
                requests[$0] != nil
            }
            switch consume command {
            case .auth(let id, let command): return begin(id, command, minorVersion)
            case .proceed(let id, let message): return proceed(id, message)
            case .cancel(let id): return cancel(id)
            }
        case .closed:
            return nil
        }
    }

    private mutating func begin(
        _ id: UInt32,
        _ command: consuming AuthCommand,
        _ minorVersion: UInt32
    ) -> DovecotEvent {
        if command.initialResponse.isInvalid {
            return .send(ServerLine.invalidBase64(id, isInitial: true), ending: nil)
        }
        let replaced = replaceable(minorVersion)
        if let replaced { remove(replaced) }
        lastSerial += 1
        let key = RequestKey(id: id, serial: lastSerial)
        requests[id] = Request(key: key, turn: .server)
        working += 1
        return .begin(key, command, replacing: replaced?.key)
    }

    /// The exchange to forget for a new one.
    ///
    /// Clients of minor version 0 are mail servers with one exchange at a time; they leave one behind without a word.
    private func replaceable(_ minorVersion: UInt32) -> Request? {
        let waiting = requests.count - working
        guard waiting > 0, minorVersion == 0 || waiting >= limits.exchanges else { return nil }
        return requests.values.filter { $0.turn != .server }.min { $0.key.serial < $1.key.serial }
    }

    private mutating func proceed(_ id: UInt32, _ message: consuming ClientMessage) -> DovecotEvent {
        guard let request = requests[id] else { return .send(ServerLine.unknownRequest(id), ending: nil) }
        guard request.turn != .server else {
            abandon(request)
            return .send(ServerLine.unexpectedMessage(id), ending: request.key)
        }
        switch consume message {
        case .bytes(let bytes):
            requests[id]?.turn = .server
            working += 1
            return .proceed(request.key, bytes)
        case .absent: break
        case .invalidBase64: break
        }
        remove(request)
        return .send(ServerLine.invalidBase64(id, isInitial: false), ending: request.key)
    }

    private mutating func cancel(_ id: UInt32) -> DovecotEvent? {
        guard let request = requests[id] else { return nil }
        abandon(request)
        return .cancel(request.key)
    }

    private mutating func handleLong(_ head: Span<UInt8>) throws(Violation) -> DovecotEvent? {
        guard isServing else { throw .tooLong }
        switch try ClientCommand.head(of: head, isInUse: { requests[$0] != nil }) {
        case .auth(let id): return .send(ServerLine.tooLong(id), ending: nil)
        case .proceed(let id):
            guard let request = requests[id] else { return .send(ServerLine.unknownRequest(id), ending: nil) }
            abandon(request)
            return .send(ServerLine.tooLong(id), ending: request.key)
        }
    }

    /// Ends a request of the client's or the server's turn for the client.
    private mutating func abandon(_ request: Request) {
        if request.turn == .server { abandoned.insert(request.key) }
        remove(request)
    }

    mutating func remove(_ request: Request) {
        requests[request.key.id] = nil
        if request.turn == .server { working -= 1 }
    }
}
