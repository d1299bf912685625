/// The counted strings of a request, in wire order.
package enum Field: Int, CaseIterable, Sendable {
    case login, password, service, realm
    /// Sent by few clients; see `RequestParser`.
    case clientAddress

    /// The name of the field in log lines.
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

/// Why a request is refused before it reaches a mechanism.
///
/// The description is for the log and contains no byte from the client.
package enum MuxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The length of the field is above the limit.
    case tooLong(Field, limit: Int)
    /// The field has a zero byte; clients that use C strings cannot send one.
    case holdsZeroByte(Field)
    case emptyLogin
    /// All four fields are empty: a probe whether the daemon answers, not a login.
    case emptyRequest
    case emptyPassword

    package var description: String {
        switch self {
        case .tooLong(let field, let limit): "\(field.name) exceeded MAX_REQ_LEN: \(limit)"
        case .holdsZeroByte(let field): "\(field.name) contains a zero byte"
        case .emptyLogin, .emptyRequest: "NULL login received"
        case .emptyPassword: "NULL password received"
        }
    }
}
