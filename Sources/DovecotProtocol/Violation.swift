/// Why the server closes a connection: the client does not follow the protocol.
///
/// The description is for the log and contains no byte from the client.
package enum Violation: Error, Hashable, Sendable, CustomStringConvertible {
    case zeroByte
    /// An empty line, or a command that does not exist or is out of place.
    case unknownCommand
    /// The client's first line is not `VERSION` with two numbers.
    case noVersion
    case majorVersion
    /// The line after `VERSION` is not `CPID` with one number from 1 up.
    case noProcessID
    /// A request without an identifier, or with one that is not from 1 to 4,294,967,295.
    case badIdentifier
    case identifierInUse
    /// No mechanism, or one that was not announced.
    case unknownMechanism
    case noService
    /// A word follows `resp=`.
    case wordAfterResponse
    /// `CONT` without a response, or `CANCEL` with one.
    case wordCount
    /// A line is too long and has no identifier, or its end does not come.
    case tooLong

    package var description: String {
        switch self {
        case .zeroByte: "line contains a zero byte"
        case .unknownCommand: "unknown or misplaced command"
        case .noVersion: "first line is not a valid VERSION"
        case .majorVersion: "major version is not \(Greeting.majorVersion)"
        case .noProcessID: "second line is not a valid CPID"
        case .badIdentifier: "invalid request identifier"
        case .identifierInUse: "request identifier is in use"
        case .unknownMechanism: "mechanism was not announced"
        case .noService: "request without service"
        case .wordAfterResponse: "word after the initial response"
        case .wordCount: "wrong number of words"
        case .tooLong: "line is longer than \(LineLimit.line) bytes"
        }
    }
}
