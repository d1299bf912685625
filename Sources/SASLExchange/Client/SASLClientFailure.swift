/// Why a client gives up an exchange; the server is not the one it should be, or is faulty.
package enum SASLClientFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// A challenge that does not have the form that the mechanism prescribes.
    case malformedChallenge
    /// The nonce does not begin with the client's, or adds nothing to it: the challenge may be a copy of an older one.
    case foreignNonce
    /// So few rounds that the proof would help to find the password, or too many.
    case rounds(UInt32)
    /// The server asks for more than the mechanism has.
    case unexpectedChallenge
    /// The server accepts the login before the client has shown that it knows the password.
    case unasked
    /// The server accepts the login, but does not show that it knows the password, too.
    case unproven
    /// OpenSSL does not offer the digest.
    case noDigest

    package var description: String {
        switch self {
        case .malformedChallenge: "malformed challenge"
        case .foreignNonce: "the nonce of the challenge does not extend the client's"
        case .rounds(let count): "the challenge has \(count) rounds"
        case .unexpectedChallenge: "unexpected challenge"
        case .unasked: "the server accepts the login without its password"
        case .unproven: "the server did not prove that it knows the password"
        case .noDigest: "OpenSSL does not offer the digest of the mechanism"
        }
    }
}
