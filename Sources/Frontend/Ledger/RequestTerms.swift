/// What a request asks of a mechanism.
enum RequestKind: Hashable, Sendable {
    /// A verdict on a password.
    case password
    /// Parameters for the challenge of a login; nobody learns anything from it, so it is neither logged nor throttled.
    case preparation
    /// A verdict on a proof, of the mechanism that has prepared it; of all that fit where nothing was prepared.
    case proof(mechanism: Int?)
}

/// What a listener promises its clients about a request.
struct RequestTerms: Hashable, Sendable {
    /// After how many milliseconds its client gets a temporary failure; `nil` for `--timeout`, which limits it as well.
    var deadline: Int?
    /// The longest delay of a reply, in milliseconds; `nil` for the ledger's own.
    var longestDelay: Int?
    /// Whether a failure counts only against the login, not against the address.
    var isExemptFromAddress = false
    var kind = RequestKind.password

    static let usual = RequestTerms()
}
