internal import Authentication
internal import MuxProtocol

/// Where a client's connection stands, and what is to be done about what comes over it.
struct Connection: Sendable {
    enum Action: ~Copyable {
        case wait
        /// A fifth field has begun: go on after `addressGrace` without it.
        case waitForAddress
        case ask(AuthRequest)
        case refuse(MuxError)
        case close
    }

    enum Phase: Sendable {
        case reading, awaitingAddress, deciding, draining
    }

    /// How long a fifth field that has begun is waited for, in milliseconds.
    static let addressGrace = 50
    /// How many bytes are read and thrown away before the connection is closed all the same.
    static let longestDrain = 65_536

    private let parser: RequestParser
    private(set) var phase = Phase.reading
    private var needed = 1
    private var drained = 0
    private var inputHasEnded = false

    init(parser: RequestParser) {
        self.parser = parser
    }

    /// Whether the client has not yet sent a whole request.
    var isUnfinished: Bool { phase == .reading || phase == .awaitingAddress }

    /// All that can be read now has been read; `bytes` is all that came so far.
    mutating func received(_ bytes: Span<UInt8>) -> Action {
        guard isUnfinished, bytes.count >= needed else { return .wait }
        return parse(bytes)
    }

    /// The time for a fifth field is over.
    mutating func addressGraceEnded(_ bytes: Span<UInt8>) -> Action {
        guard phase == .awaitingAddress else { return .wait }
        return parse(bytes, ignoringAddress: true)
    }

    /// Bytes came that belong to no request.
    mutating func surplus(_ count: Int) -> Action {
        drained += count
        return drained > Self.longestDrain ? .close : .wait
    }

    /// The client sends no more; `bytes` is all that came.
    mutating func inputEnded(_ bytes: Span<UInt8>) -> Action {
        inputHasEnded = true
        switch phase {
        case .reading, .draining: return .close
        case .awaitingAddress: return addressGraceEnded(bytes)
        case .deciding: return .wait
        }
    }

    /// The answer is on its way: `true` when the connection is to be closed at once, `false` when what still comes is drained.
    mutating func answered() -> Bool {
        phase = .draining
        return inputHasEnded
    }

    private mutating func parse(_ bytes: Span<UInt8>, ignoringAddress: Bool = false) -> Action {
        do throws(MuxError) {
            switch try parser.parse(bytes, ignoringAddress: ignoringAddress) {
            case .incomplete(let needed):
                self.needed = needed
                return .wait
            case .addressIncomplete(let needed):
                self.needed = needed
                defer { phase = .awaitingAddress }
                return phase == .reading ? .waitForAddress : .wait
            case .complete(let request):
                phase = .deciding
                return .ask(request)
            }
        } catch {
            phase = .deciding
            return .refuse(error)
        }
    }
}
