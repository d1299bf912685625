import MuxProtocol
import Platform

/// What came of one question.
enum Outcome: Hashable, Sendable {
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
/// The description is the line of the original.
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

    var description: String {
        switch self {
        case .unconnected(let error): "\(error.call)() : \(error.reason)"
        case .requestNotSent: "write failed"
        case .noLength: "size read failed"
        case .tooShort: "bad response from saslauthd"
        case .textCut: "read failed"
        }
    }
}
