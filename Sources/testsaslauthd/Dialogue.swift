/// The client's side of one request over its own connection: bytes go in, bytes and an outcome come out.
protocol Dialogue: Sendable {
    /// What is to be sent next; empty for nothing.
    var output: [UInt8] { get }
    /// The failure if the connection ends now.
    var cutShort: Failure { get }
    /// How long to wait for the next input, in seconds, and the failure after that; `nil` for no limit.
    var patience: (seconds: Int, failure: Failure)? { get }

    /// All of `output` has been sent.
    mutating func sentAll()
    /// Takes the next piece; returns the outcome once there is one.
    mutating func take(_ bytes: Span<UInt8>) -> ProbeOutcome?
}

/// A request to the mux: sent once, answered once.
struct MuxDialogue: Dialogue {
    private(set) var output: [UInt8]
    private var reader = AnswerReader()

    init(request: [UInt8]) {
        output = request
    }

    var cutShort: Failure { reader.cutShort }
    /// As in Cyrus's testsaslauthd there is no deadline.
    var patience: (seconds: Int, failure: Failure)? { nil }

    mutating func sentAll() { output = [] }
    mutating func take(_ bytes: Span<UInt8>) -> ProbeOutcome? { reader.take(bytes) }
}
