internal import Authentication
internal import MechanismKit
internal import PasswordHash

/// The settings of `-O`, checked as a whole before a connection is made.
struct MySQLSettings: ~Copyable, Sendable {
    /// The servers, in order of preference.
    let hosts: [DatabaseHost]
    let user: String
    let password: Secret
    let database: String
    /// The character set of the connection.
    let charset: String
    /// In seconds.
    let connectTimeout: UInt32
    let readTimeout: UInt32
    let tls: TLSSettings?
    /// The authentication plugins that a server may use, in addition to those that are safe with it.
    let authPlugins: AuthPlugins
    /// The queries; the first that the database can prepare is used.
    let queries: [QueryText]
    /// Whether a user must have a single row, as in pam_mysql; otherwise each row is a valid password of the user.
    let wantsOneRow: Bool
    let policy: HashPolicy
    /// The schemes for which the rows of all users can serve.
    let schemes: Set<SASLMechanism>
    /// Warnings about settings that have no effect, or less than expected; for the log.
    let remarks: [String]

    init(_ text: consuming SettingsText) throws(UnusableMechanism) {
        let reader = SettingsReader(text.settings)
        try reader.checkContradictions()
        let (hosts, queries) = (try reader.hosts(), try reader.queries())
        let (user, database) = (try reader.required(.user), try reader.required(.db))
        let connectTimeout = try reader.number(.connectTimeout, 1...60) ?? 5
        let readTimeout = try reader.number(.readTimeout, 1...600) ?? 10
        let schemes = try reader.schemes()
        let (tls, policy, authPlugins) = (try reader.tls(), try reader.policy(), try reader.authPlugins())
        self.hosts = hosts
        self.queries = queries
        self.user = user
        self.database = database
        self.connectTimeout = connectTimeout
        self.readTimeout = readTimeout
        self.tls = tls
        self.policy = policy
        self.schemes = schemes
        self.authPlugins = authPlugins
        charset = reader.text(.charset) ?? "utf8mb4"
        wantsOneRow = reader.text(.query) == nil && reader.text(.preset) == nil
        remarks = text.remarks + reader.remarks() + Self.remarks(on: hosts, tls)
        password = text.takePassword()
    }

    /// Warnings about `hosts` to which connections may be unencrypted.
    private static func remarks(on hosts: [DatabaseHost], _ tls: TLSSettings?) -> [String] {
        guard tls?.isRequired != true else { return [] }
        return hosts.filter { !$0.isLocal }.map { host in
            let fault =
                tls == nil ? "no TLS; hashes are sent unencrypted" : "TLS is optional; hashes may be sent unencrypted"
            return "\(host): \(fault): set ssl_ca=, or ssl_mode=REQUIRED"
        }
    }
}
