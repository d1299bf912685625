/// What a listener promises its clients about a request.
struct RequestTerms: Hashable, Sendable {
    /// After how many milliseconds its client gets a temporary failure; `nil` for `--timeout`, which limits it as well.
    var deadline: Int?
    /// The longest delay of a reply, in milliseconds; `nil` for the ledger's own.
    var longestDelay: Int?
    /// Whether a failure counts only against the login, not against the address.
    var isExemptFromAddress = false

    static let usual = RequestTerms()
}
