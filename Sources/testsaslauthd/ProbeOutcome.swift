import Authentication
import Platform

/// The result of one request.
enum ProbeOutcome: Hashable, Sendable {
    case accepted
    case refused
    /// No verdict.
    case failed(Failure)

    /// The exit code.
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
/// The description is the line of Cyrus's testsaslauthd if it has one for the case.
enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The connection failed; the error names socket(2) or connect(2).
    case unconnected(SystemError)
    case requestNotSent
    /// The connection ended before the length of the answer.
    case noLength
    /// The answer is too short to be `OK` or `NO`.
    case tooShort(length: Int)
    /// The connection ended within the text of the answer.
    case textCut
    /// No complete answer arrived within the time limit.
    case timeIsOver(seconds: Int, isConnected: Bool)
    /// An answer to a `Ping` that is not saslauthd's.
    case strange(ByteString)
    case dovecot(DovecotFailure)

    var description: String {
        switch self {
        case .unconnected(let error): "\(error.call)() : \(error.reason)"
        case .requestNotSent: "write failed"
        case .noLength: "size read failed"
        case .tooShort: "bad response from saslauthd"
        case .textCut: "read failed"
        case .timeIsOver(let seconds, isConnected: true): "no answer within \(seconds) s"
        case .timeIsOver(let seconds, isConnected: false): "no connection within \(seconds) s"
        case .strange(let text): "unexpected answer \"\(text)\""
        case .dovecot(let failure): "\(failure)"
        }
    }
}
