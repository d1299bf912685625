/// The counted strings of a request, in the order in which they come.
package enum Field: Int, CaseIterable, Sendable {
    case login, password, service, realm
    /// Sent by few clients; see `RequestParser`.
    case clientAddress

    /// The name that log lines give the field.
    package var name: String {
        switch self {
        case .login: "login"
        case .password: "password"
        case .service: "service"
        case .realm: "realm"
        case .clientAddress: "client address"
        }
    }
}

/// Why a request is refused before any mechanism sees it.
///
/// The description is a line for the log; it holds nothing of what the client sent.
package enum MuxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The length before the field is above the limit.
    case tooLong(Field, limit: Int)
    /// No client that builds its fields from C strings can send one.
    case holdsZeroByte(Field)
    case emptyLogin
    /// All four fields are empty: nobody means to log in, somebody looks whether there is an answer.
    case emptyRequest
    case emptyPassword

    package var description: String {
        switch self {
        case .tooLong(let field, let limit): "\(field.name) exceeded MAX_REQ_LEN: \(limit)"
        case .holdsZeroByte(let field): "\(field.name) holds a zero byte"
        case .emptyLogin, .emptyRequest: "NULL login received"
        case .emptyPassword: "NULL password received"
        }
    }
}
