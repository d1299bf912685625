/// A setting as written, and its place.
struct Setting: Sendable, Hashable {
    let name: SettingName
    let value: String
    let place: Place

    /// Where a setting was written.
    enum Place: Sendable, Hashable, CustomStringConvertible {
        case option
        case file(String, line: Int)
        /// A line in the syntax of pam.d(5), in a file.
        case pamLine(String, line: Int)

        var description: String {
            switch self {
            case .option: "-O"
            case .file(let path, let line), .pamLine(let path, let line): "\(path):\(line)"
            }
        }
    }
}

/// The names of settings: those of pam_mysql, and further ones.
enum SettingName: String, CaseIterable, Sendable {
    // The connection.
    case host, hosts, db, user, passwd, charset
    case connectTimeout = "connect_timeout"
    case readTimeout = "read_timeout"
    case authPlugins = "auth_plugins"
    // The query.
    case table, usercolumn, passwdcolumn, statcolumn, `where`, select, query, preset
    // How hashes are read.
    case crypt, scheme, scram
    case allowWeak = "allow_weak"
    case uses323 = "use_323_passwd"
    // TLS.
    case tlsMode = "ssl_mode"
    case tlsVerify = "ssl_verify"
    case tlsCA = "ssl_ca"
    case tlsCAPath = "ssl_capath"
    case tlsCertificate = "ssl_cert"
    case tlsKey = "ssl_key"
    case tlsCipher = "ssl_cipher"
    // Of pam_mysql; without effect here, as the daemon does not change passwords and has its own log.
    case configFile = "config_file"
    case md5, sha256, sha512, blowfish, rounds, verbose, debug
    case updateTable = "update_table"
    case disconnects = "disconnect_every_op"
    // Of all PAM modules, pam.conf(5).
    case usesFirst = "use_first_pass"
    case triesFirst = "try_first_pass"
    case usesMapped = "use_mapped_pass"
    case noWarn = "no_warn"
    case exposesAccount = "expose_account"
    // Of pam_mysql: its log in the database, which is not supported.
    case sqllog, logtable, logmsgcolumn, logpidcolumn, logusercolumn, loghostcolumn, logrhostcolumn, logtimecolumn

    /// The names in pam_mysql's configuration files, where they differ.
    static let inFiles: [String: SettingName] = [
        "users.host": .host, "users.database": .db, "users.db_user": .user, "users.db_passwd": .passwd,
        "users.table": .table, "users.update_table": .updateTable, "users.user_column": .usercolumn,
        "users.password_column": .passwdcolumn, "users.status_column": .statcolumn, "users.where_clause": .where,
        "users.select": .select, "users.password_crypt": .crypt, "users.use_md5": .md5, "users.use_sha256": .sha256,
        "users.use_sha512": .sha512, "users.use_blowfish": .blowfish, "users.rounds": .rounds,
        "users.use_323_password": .uses323, "users.disconnect_every_operation": .disconnects,
        "users.ssl_mode": .tlsMode, "users.ssl_ca": .tlsCA, "users.ssl_capath": .tlsCAPath,
        "users.ssl_cert": .tlsCertificate, "users.ssl_key": .tlsKey, "users.ssl_cipher": .tlsCipher,
        "log.enabled": .sqllog, "log.table": .logtable, "log.message_column": .logmsgcolumn,
        "log.pid_column": .logpidcolumn, "log.user_column": .logusercolumn, "log.host_column": .loghostcolumn,
        "log.rhost_column": .logrhostcolumn, "log.time_column": .logtimecolumn,
    ]

    /// Whether it changes neither who may log in nor which server is queried.
    var isWithoutEffect: Bool {
        switch self {
        case .md5, .sha256, .sha512, .blowfish, .rounds, .verbose, .debug, .updateTable, .disconnects, .usesFirst,
            .triesFirst, .usesMapped, .noWarn, .exposesAccount, .sqllog, .logtable, .logmsgcolumn, .logpidcolumn,
            .logusercolumn, .loghostcolumn, .logrhostcolumn, .logtimecolumn:
            true
        default: false
        }
    }

    /// Reads a name in either form.
    init?(written name: String) {
        guard let known = SettingName(rawValue: name) ?? Self.inFiles[name] else { return nil }
        self = known
    }
}
