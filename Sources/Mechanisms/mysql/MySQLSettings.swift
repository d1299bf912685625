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
    /// The queries; the first one that the database can prepare is asked.
    let queries: [QueryText]
    /// Whether a user has one row, as pam_mysql wants it; else every row is a password of the user's.
    let wantsOneRow: Bool
    let policy: HashPolicy
    /// What is accepted and has no effect, or less than it seems; for the log.
    let remarks: [String]

    init(_ settings: [Setting]) throws(UnusableMechanism) {
        let reader = SettingsReader(settings)
        try reader.checkContradictions()
        let (hosts, queries) = (try reader.hosts(), try reader.queries())
        let (user, database) = (try reader.required(.user), try reader.required(.db))
        let connectTimeout = try reader.number(.connectTimeout, 1...60) ?? 5
        let readTimeout = try reader.number(.readTimeout, 1...600) ?? 10
        let (tls, policy) = (try reader.tls(), try reader.policy())
        let word = Array((reader.text(.passwd) ?? "").utf8)
        self.hosts = hosts
        self.queries = queries
        self.user = user
        self.database = database
        self.connectTimeout = connectTimeout
        self.readTimeout = readTimeout
        self.tls = tls
        self.policy = policy
        charset = reader.text(.charset) ?? "utf8mb4"
        wantsOneRow = reader.text(.query) == nil && reader.text(.preset) == nil
        remarks = reader.remarks()
        password = Secret(copying: word.span)
    }
}
