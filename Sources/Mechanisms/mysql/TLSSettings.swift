/// How a connection to a server is protected.
struct TLSSettings: Sendable, Hashable {
    /// Whether a server without TLS is not asked.
    var isRequired: Bool
    /// Whether the server's certificate and name are checked.
    var isVerified: Bool
    /// Paths of files, and of a folder, in the form that OpenSSL reads.
    var ca: String?
    var caPath: String?
    var certificate: String?
    var key: String?
    /// OpenSSL's list of ciphers.
    var cipher: String?
}
