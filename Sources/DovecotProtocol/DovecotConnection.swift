package import Authentication
internal import Platform

/// The state of a connection with a client of Dovecot's authentication protocol.
///
/// Bytes and times go in, events and lines come out. The greeting is sent first, without waiting for the client. Then,
/// for each piece of input, `next` is called until it returns `nil`; each event is carried out before the next call.
/// Each request that `begin` or `proceed` hands out gets one of the answers: `challenge`, `accept`, `reject`,
/// `failTemporarily`, even if the client gives it up: until then it counts, so that a client cannot have more work done
/// than the limit allows.
package struct DovecotConnection: ~Copyable, Sendable {
    /// The limits of a connection.
    package struct Limits: Hashable, Sendable {
        /// How many requests may wait for an answer of the server before no more input is processed.
        ///
        /// Default: 256.
        package var requests = 256
        /// How many exchanges may wait for their client; the oldest one is forgotten for a new one.
        ///
        /// Default: 32.
        package var exchanges = 32
        /// After how many milliseconds an exchange without a next message is forgotten.
        ///
        /// Default: 150,000.
        package var patience = 150_000

        package init() {}
    }

    enum Stage: Equatable {
        case awaitingVersion
        case awaitingProcessID(minorVersion: UInt32)
        case serving(minorVersion: UInt32)
        case closed
    }

    enum Turn: Equatable {
        case server
        case client(since: Instant)
    }

    struct Request {
        let key: RequestKey
        var turn: Turn
    }

    let mechanisms: [SASLMechanism]
    let unavailable: UnavailableAnswer
    let limits: Limits
    var stage = Stage.awaitingVersion
    var requests: [UInt32: Request] = [:]
    /// How many requests wait for the server.
    var working = 0
    /// Requests that the client gave up while the server worked on them, and that the server has not answered yet.
    var abandoned: Set<RequestKey> = []
    var lastSerial: UInt64 = 0
    private var held = HeldInput()
    /// How many bytes of a line that is too long have been skipped; `nil` outside of such a line.
    private var skipped: Int?

    /// A new connection that announces `mechanisms` in its greeting.
    package init(
        mechanisms: [SASLMechanism],
        unavailable: UnavailableAnswer = .automatic,
        limits: Limits = Limits()
    ) {
        self.mechanisms = mechanisms
        self.unavailable = unavailable
        self.limits = limits
    }

    /// Whether a request waits for the server; otherwise the connection can be closed without loss.
    package var isBusy: Bool { working > 0 }
    /// Whether the client's greeting is complete.
    package var isServing: Bool { if case .serving = stage { true } else { false } }
    package var isClosed: Bool { stage == .closed }
    /// Whether further input has to wait for an answer to a request.
    ///
    /// Stop reading from the client; after an answer call `next` with an empty piece.
    package var isFull: Bool { working + abandoned.count >= limits.requests }
    /// Whether input was received that is not processed yet.
    package var hasInput: Bool { !held.isEmpty }
    /// How many requests are in flight, including those that wait for the client.
    package var requestCount: Int { requests.count }

    /// The minor version of the client's protocol; `nil` before its greeting.
    package var minorVersion: UInt32? {
        switch stage {
        case .awaitingProcessID(let version), .serving(let version): version
        case .awaitingVersion, .closed: nil
        }
    }

    /// Processes input up to the next event, and takes what it has processed from `piece`.
    ///
    /// Returns `nil` when more input is needed, or an answer if the connection is full; `piece` is then empty. The caller
    /// wipes the memory of the piece afterwards.
    @_lifetime(piece: copy piece)
    package mutating func next(_ piece: inout Span<UInt8>) -> DovecotEvent? {
        while !isClosed {
            guard !isFull else {
                held.append(piece)
                piece = piece.extracting(first: 0)
                return nil
            }
            guard !held.isEmpty || !piece.isEmpty else { return nil }
            if skipped != nil {
                if let event = skip(&piece) { return event }
                continue
            }
            switch held.isEmpty ? LineSearch(piece) : held.search() {
            case .incomplete:
                guard !piece.isEmpty else { return nil }
                hold(&piece)
            case .line(let end):
                let event: DovecotEvent?
                if held.isEmpty {
                    event = handle(piece.extracting(first: end), isWhole: true)
                    piece = piece.extracting(droppingFirst: end + 1)
                } else {
                    event = handleHeld(end + 1, isWhole: true)
                }
                if let event { return event }
            case .tooLong:
                skipped = 0
                let event: DovecotEvent?
                if held.isEmpty {
                    event = handle(piece.extracting(first: LineLimit.line), isWhole: false)
                    piece = piece.extracting(droppingFirst: LineLimit.line)
                } else {
                    event = handleHeld(LineLimit.line, isWhole: false)
                }
                if let event { return event }
            }
        }
        piece = piece.extracting(first: 0)
        return nil
    }

    /// Closes the connection: no further input is processed, and no answer is sent.
    package mutating func close() {
        stage = .closed
        requests = [:]
        abandoned = []
        working = 0
        held.wipeAll()
    }

    /// Moves bytes of the line that `held` begins, and none of the next one.
    @_lifetime(piece: copy piece)
    private mutating func hold(_ piece: inout Span<UInt8>) {
        let room = min(piece.count, max(LineLimit.line - held.count, 0))
        let line = piece.extracting(first: room)
        let count = line.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? room
        held.append(piece.extracting(first: count))
        piece = piece.extracting(droppingFirst: count)
    }

    private mutating func handleHeld(_ count: Int, isWhole: Bool) -> DovecotEvent? {
        let line = held.take(count)
        defer { wipe(line.span) }
        return handle(line.span.extracting(first: isWhole ? count - 1 : count), isWhole: isWhole)
    }

    /// Skips the rest of a line that is too long.
    @_lifetime(piece: copy piece)
    private mutating func skip(_ piece: inout Span<UInt8>) -> DovecotEvent? {
        if !held.isEmpty {
            // Only lines of a client that had to wait: put them before the piece.
            held.append(piece)
            piece = piece.extracting(first: 0)
            let all = held.take(held.count)
            defer { wipe(all.span) }
            let end = all.firstIndex(of: UInt8(ascii: "\n"))
            if let end { held.append(all.span.extracting(droppingFirst: end + 1)) }
            return skipped(all.count, end)
        }
        let (end, count) = (piece.firstIndex(of: UInt8(ascii: "\n")), piece.count)
        piece = piece.extracting(droppingFirst: end.map { $0 + 1 } ?? count)
        return skipped(count, end)
    }

    private mutating func skipped(_ count: Int, _ end: Int?) -> DovecotEvent? {
        let total = (skipped ?? 0) + (end ?? count)
        guard total <= LineLimit.skipped else {
            close()
            return .close(.tooLong)
        }
        skipped = end == nil ? total : nil
        return nil
    }
}
