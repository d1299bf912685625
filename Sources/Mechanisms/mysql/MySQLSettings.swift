internal import Authentication
internal import MechanismKit
internal import PasswordHash

/// What `-O` asks for, checked as a whole before a server is asked.
struct MySQLSettings: ~Copyable, Sendable {
    /// The servers, in the order in which they are preferred.
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
    /// Which plugins of the client library a server may ask for, in addition to what is safe with it.
    let authPlugins: AuthPlugins
    /// The queries; the first one that the database can prepare is asked.
    let queries: [QueryText]
    /// Whether a user has one row, as pam_mysql wants it; else every row is a password of the user's.
    let wantsOneRow: Bool
    let policy: HashPolicy
    /// What is accepted and has no effect, or less than it seems; for the log.
    let remarks: [String]

    init(_ text: consuming SettingsText) throws(UnusableMechanism) {
        let reader = SettingsReader(text.settings)
        try reader.checkContradictions()
        let (hosts, queries) = (try reader.hosts(), try reader.queries())
        let (user, database) = (try reader.required(.user), try reader.required(.db))
        let connectTimeout = try reader.number(.connectTimeout, 1...60) ?? 5
        let readTimeout = try reader.number(.readTimeout, 1...600) ?? 10
        let (tls, policy, authPlugins) = (try reader.tls(), try reader.policy(), try reader.authPlugins())
        self.hosts = hosts
        self.queries = queries
        self.user = user
        self.database = database
        self.connectTimeout = connectTimeout
        self.readTimeout = readTimeout
        self.tls = tls
        self.policy = policy
        self.authPlugins = authPlugins
        charset = reader.text(.charset) ?? "utf8mb4"
        wantsOneRow = reader.text(.query) == nil && reader.text(.preset) == nil
        remarks = text.remarks + reader.remarks() + Self.remarks(on: hosts, tls)
        password = text.takePassword()
    }

    /// Which of `hosts` are asked over a network that others can read.
    private static func remarks(on hosts: [DatabaseHost], _ tls: TLSSettings?) -> [String] {
        guard tls?.isRequired != true else { return [] }
        return hosts.filter { !$0.isLocal }.map { host in
            let tls = tls == nil ? "is asked without TLS" : "may be asked without TLS"
            return "\(host) \(tls): hashes are sent by it in the clear; give ssl_ca=, or ssl_mode=REQUIRED"
        }
    }
}
