/// How TLS is used.
struct TLSSettings: Hashable, Sendable {
    /// Whether connections to `ldap://` begin with StartTLS; those to `ldaps://` have TLS in any case.
    let startsTLS: Bool
    let check: PeerCheck
    /// Paths; `nil`: as ldap.conf(5) has it.
    let caFile: String?
    let caDirectory: String?
    let ciphers: String?
    let certificate: String?
    let key: String?
}
