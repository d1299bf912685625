import Authentication
import Platform

/// What came of one question.
enum ProbeOutcome: Hashable, Sendable {
    case accepted
    case refused
    /// Nobody said whether the password is right.
    case failed(Failure)

    /// The exit code that tells it.
    var exitCode: CInt {
        switch self {
        case .accepted: 0
        case .refused: 1
        case .failed: 2
        }
    }
}

/// Why there is no answer.
///
/// The description is the line of the original, where that knows the case.
enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no connection; the error names socket(2) or connect(2).
    case unconnected(SystemError)
    case requestNotSent
    /// The connection ended before the length of the answer was there.
    case noLength
    /// The answer is too short to be `OK` or `NO`.
    case tooShort(length: Int)
    /// The connection ended before the text of the answer was whole.
    case textCut
    /// There was a time limit, and nothing whole came within it.
    case timeIsOver(seconds: Int, isConnected: Bool)
    /// An answer that saslauthd does not give to a `Ping`.
    case strange(ByteString)

    var description: String {
        switch self {
        case .unconnected(let error): "\(error.call)() : \(error.reason)"
        case .requestNotSent: "write failed"
        case .noLength: "size read failed"
        case .tooShort: "bad response from saslauthd"
        case .textCut: "read failed"
        case .timeIsOver(let seconds, isConnected: true): "no answer within \(seconds) s"
        case .timeIsOver(let seconds, isConnected: false): "the connection was not taken within \(seconds) s"
        case .strange(let text): "the answer is \"\(text)\""
        }
    }
}
