internal import Authentication
internal import MechanismKit
internal import PasswordHash

/// Looks up settings by name and parses their values; the last setting of a name wins, as in pam_mysql.
struct SettingsReader {
    private let settings: [SettingName: Setting]

    init(_ settings: [Setting]) {
        self.settings = Dictionary(settings.map { ($0.name, $0) }) { $1 }
    }

    func text(_ name: SettingName) -> String? { settings[name]?.value }

    func required(_ name: SettingName) throws(UnusableMechanism) -> String {
        guard let value = text(name), !value.isEmpty else {
            throw UnusableMechanism("missing setting: \(name.rawValue)=")
        }
        return value
    }

    func number(_ name: SettingName, _ range: ClosedRange<UInt32>) throws(UnusableMechanism) -> UInt32? {
        guard let setting = settings[name] else { return nil }
        guard let number = UInt32(setting.value), range.contains(number) else {
            throw bad(setting, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// False for 0, n, no, false and off, in any case, and true for everything else, as in pam_mysql.
    func isTrue(_ name: SettingName) -> Bool? {
        text(name).map { !["0", "n", "false", "no", "off"].contains($0.lowercased()) }
    }

    /// Throws when two settings contradict each other.
    func checkContradictions() throws(UnusableMechanism) {
        let columns: [SettingName] = [.table, .usercolumn, .passwdcolumn, .statcolumn, .where]
        let pairs: [(SettingName, [SettingName])] = [
            (.query, [.select, .preset] + columns), (.select, [.preset] + columns), (.preset, columns),
            (.scheme, [.crypt]), (.hosts, [.host]),
        ]
        for (name, others) in pairs {
            guard let setting = settings[name] else { continue }
            for other in others {
                guard let second = settings[other] else { continue }
                throw UnusableMechanism(
                    "\(name.rawValue)= (\(setting.place)) and \(other.rawValue)= (\(second.place)) exclude each other"
                )
            }
        }
    }

    func hosts() throws(UnusableMechanism) -> [DatabaseHost] {
        guard let setting = settings[.hosts] ?? settings[.host], !setting.value.isEmpty else {
            return [.socket(path: nil)]
        }
        var hosts: [DatabaseHost] = []
        for name in setting.value.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            guard let host = DatabaseHost(String(name)) else {
                throw bad(setting, "a name, name:port, [address]:port or the path of a socket")
            }
            hosts.append(host)
        }
        guard setting.name == .hosts || hosts.count == 1 else { throw bad(setting, "one server; hosts= takes several") }
        return hosts
    }

    func queries() throws(UnusableMechanism) -> [QueryText] {
        if let setting = settings[.preset] {
            guard let preset = Preset(rawValue: setting.value.lowercased()) else {
                throw bad(setting, "one of \(Preset.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            var queries: [QueryText] = []
            for query in preset.queries {
                queries.append(try text(setting) { () throws(QueryError) in try QueryText(query) })
            }
            return queries
        }
        if let setting = settings[.query] {
            let query = try text(setting) { () throws(QueryError) in try QueryText(setting.value) }
            guard !query.parameters.isEmpty else { throw bad(setting, "a query with %u, or %n and %d, for the login") }
            return [query]
        }
        if let setting = settings[.select] {
            return [try text(setting) { () throws(QueryError) in try QueryText(select: setting.value) }]
        }
        // Composed as in pam_mysql: columns, table and condition are the administrator's SQL. The third column is the
        // login as the table spells it, which is the same for all spellings that the column's collation takes as equal.
        let condition = text(.where).map { $0.isEmpty ? "" : " AND (\($0))" } ?? ""
        let (passwords, users) = (try required(.passwdcolumn), try required(.usercolumn))
        let query = """
            SELECT \(passwords), \(text(.statcolumn) ?? "0"), \(users) FROM \(try required(.table)) \
            WHERE \(users) = ?\(condition)
            """
        return [QueryText(text: query, parameters: [.login])]
    }

    func policy() throws(UnusableMechanism) -> HashPolicy {
        HashPolicy(scheme: try scheme(), allowsWeak: isTrue(.allowWeak) ?? false)
    }

    /// The schemes of `scram=`; none without it.
    func schemes() throws(UnusableMechanism) -> Set<SASLMechanism> {
        guard let setting = settings[.scram] else { return [] }
        switch setting.value.lowercased() {
        case "1", "y", "yes", "true", "on": return [.scramSHA1, .scramSHA256]
        case "0", "n", "no", "false", "off": return []
        default: break
        }
        let names = setting.value.split(whereSeparator: { $0 == "," || $0.isWhitespace })
        let schemes = names.compactMap { SASLMechanism(rawValue: $0.uppercased()) }.filter(\.hasParameters)
        guard !schemes.isEmpty, schemes.count == names.count else {
            throw bad(setting, "yes, no, SCRAM-SHA-1 or SCRAM-SHA-256")
        }
        return Set(schemes)
    }

    /// TLS by the `ssl_` settings: required and verified, unless `ssl_mode` or `ssl_verify` say otherwise; `nil` for
    /// none.
    func tls() throws(UnusableMechanism) -> TLSSettings? {
        let names: [SettingName] = [.tlsMode, .tlsVerify, .tlsCA, .tlsCAPath, .tlsCertificate, .tlsKey, .tlsCipher]
        guard names.contains(where: { settings[$0] != nil }) else { return nil }
        var tls = TLSSettings(isRequired: true, isVerified: true)
        if let setting = settings[.tlsMode] {
            switch setting.value.uppercased() {
            case "DISABLED": return nil
            case "PREFERRED": (tls.isRequired, tls.isVerified) = (false, false)
            // As in MySQL: verified when a CA is set.
            case "REQUIRED": tls.isVerified = text(.tlsCA) != nil || text(.tlsCAPath) != nil
            case "VERIFY_CA", "VERIFY_IDENTITY":
                guard isTrue(.tlsVerify) != false else { throw bad(setting, "another mode with ssl_verify=no") }
            default: throw bad(setting, "DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY")
            }
        }
        tls.isVerified = isTrue(.tlsVerify) ?? tls.isVerified
        tls.ca = text(.tlsCA)
        tls.caPath = text(.tlsCAPath)
        tls.certificate = text(.tlsCertificate)
        tls.key = text(.tlsKey)
        tls.cipher = text(.tlsCipher)
        return tls
    }

    func authPlugins() throws(UnusableMechanism) -> AuthPlugins {
        guard let setting = settings[.authPlugins] else { return .only([]) }
        guard let plugins = AuthPlugins(setting.value) else {
            throw bad(setting, "any, or names out of \(AuthPlugins.names.joined(separator: ", "))")
        }
        return plugins
    }

    /// Warnings about settings that have no effect.
    func remarks() -> [String] {
        guard isTrue(.sqllog) == true else { return [] }
        return ["sqllog: not supported; logins are logged in the daemon's log, not in the database"]
    }

    private func scheme() throws(UnusableMechanism) -> HashScheme? {
        if let setting = settings[.scheme] {
            guard let scheme = HashScheme(named: setting.value) else {
                throw bad(setting, "the name of a scheme, such as SHA512-CRYPT")
            }
            return scheme
        }
        if let setting = settings[.crypt] {
            guard let scheme = HashScheme(pamMySQLCrypt: setting.value, uses323: isTrue(.uses323) ?? false) else {
                throw bad(setting, "a number from 0 to 10, or one of pam_mysql's names: plain, Y, mysql, md5, sha1 ...")
            }
            return scheme
        }
        // With pam_mysql's settings, its default: plain.
        return settings[.query] == nil && settings[.preset] == nil
            ? HashScheme(pamMySQLCrypt: "0", uses323: false) : nil
    }

    private func text(_ setting: Setting, _ body: () throws(QueryError) -> QueryText) throws(UnusableMechanism)
        -> QueryText
    {
        do throws(QueryError) {
            return try body()
        } catch {
            throw UnusableMechanism("\(setting.place): \(setting.name.rawValue)=: \(error)")
        }
    }

    private func bad(_ setting: Setting, _ expected: String) -> UnusableMechanism {
        UnusableMechanism("\(setting.place): \(setting.name.rawValue)=\(setting.value): expected \(expected)")
    }
}
