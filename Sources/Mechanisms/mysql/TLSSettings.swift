/// The TLS settings of a connection.
struct TLSSettings: Sendable, Hashable {
    /// Whether a connection without TLS is refused.
    var isRequired: Bool
    /// Whether the server's certificate and name are verified.
    var isVerified: Bool
    /// Paths of files, and of a folder, in OpenSSL's formats.
    var ca: String?
    var caPath: String?
    var certificate: String?
    var key: String?
    /// OpenSSL's list of ciphers.
    var cipher: String?
}
