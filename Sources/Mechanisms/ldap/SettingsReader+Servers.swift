internal import Authentication

/// Whom to ask, and how.
extension SettingsReader {
    func bytes(_ name: SettingName) -> ByteString { self[name]?.value ?? "" }

    mutating func servers() -> [ServerURL] {
        guard let setting = self[.servers] else { return [.local] }
        let words = setting.text.split { $0 == "," || $0.isWhitespace }
        if words.isEmpty { add(SettingsFault(setting, isNot: "a list of URLs, ldap://HOST/ for instance")) }
        var servers: [ServerURL] = []
        for word in words {
            do throws(ServerURL.Fault) {
                let server = try ServerURL(String(word))
                servers.append(server)
                if !server.ignored.isEmpty {
                    warn(
                        setting,
                        "\"\(PlainText.of(server.ignored))\" after the host has no effect; see ldap_search_base"
                    )
                }
            } catch {
                add(SettingsFault(setting.place, "\(setting.key): \(PlainText.of("\(error)"))"))
            }
        }
        return servers
    }

    mutating func tls(for servers: [ServerURL]) -> TLSSettings {
        let startsTLS = isOn(.startTLS, default: false)
        if startsTLS, let setting = self[.startTLS], let server = servers.first(where: { $0.scheme == .ldaps }) {
            add(
                SettingsFault(
                    setting.place,
                    "\(setting.key) is for ldap://, but \(server) uses TLS already; remove one of them"
                )
            )
        }
        let usesTLS = startsTLS || servers.contains { $0.scheme == .ldaps }
        if let setting = self[.servers], !startsTLS {
            for server in servers where server.scheme == .ldap && !server.isLocal {
                warn(setting, "passwords are sent to \(server) unencrypted; add ldap_start_tls: yes")
            }
        }
        for (name, other) in [(SettingName.certificate, SettingName.key), (.key, .certificate)] {
            guard let setting = self[name], self[other] == nil else { continue }
            warn(setting, "this has no effect without \(other.rawValue)")
        }
        return TLSSettings(
            startsTLS: startsTLS,
            check: peerCheck(usesTLS: usesTLS),
            caFile: text(.caFile),
            caDirectory: text(.caDirectory),
            ciphers: text(.ciphers),
            certificate: text(.certificate),
            key: text(.key)
        )
    }

    /// As whom is searched; a SASL bind of the users' own needs nobody.
    mutating func identity(for method: LoginMethod?) -> ReaderIdentity {
        guard let method else { return .anonymous }
        if case .custom = method, isOn(.usesSASL, default: false) {
            return .sasl(
                saslSettings(provesPassword: false),
                id: bytes(.saslID),
                authorization: bytes(.saslAuthorization)
            )
        }
        guard let name = self[.bindDN] else {
            if let password = self[.bindPassword] { warn(password, "this has no effect without ldap_bind_dn") }
            return .anonymous
        }
        guard self[.bindPassword] != nil else {
            switch method {
            case .bind, .custom:
                add(
                    SettingsFault(
                        name.place,
                        "\(name.key) needs ldap_bind_pw: a bind without a password is anonymous"
                    )
                )
            case .fastbind, .saslBind: warn(name, "this has no effect without ldap_bind_pw")
            }
            return .anonymous
        }
        return .simple(name.value)
    }

    mutating func saslSettings(provesPassword: Bool) -> SASLSettings {
        var mechanisms = SASLSettings.usual
        if let setting = self[.saslMechanism] {
            mechanisms = setting.text.uppercased().split { $0 == " " || $0 == "," }.map(String.init)
            if provesPassword, let other = mechanisms.first(where: { !SASLSettings.usesPassword($0) }) {
                add(
                    SettingsFault(
                        setting.place,
                        "\(setting.key): \(PlainText.of(other)) does not use the password of the user; use one of \(SASLSettings.withPassword.joined(separator: ", "))"
                    )
                )
            }
        }
        if let setting = self[.saslProperties],
            let word = setting.text.split(separator: ",").first(where: { !SASLSettings.isProperty(String($0)) })
        {
            add(
                SettingsFault(
                    setting.place,
                    "\(setting.key): \(PlainText.of(String(word))) is no property of ldap.conf(5)"
                )
            )
        }
        return SASLSettings(
            mechanisms: mechanisms,
            realm: bytes(.saslRealm),
            properties: text(.saslProperties) ?? ""
        )
    }

    /// At least 2, so that several matching entries are recognized as such.
    mutating func sizeLimit() -> Int {
        let limit = number(.sizeLimit, upTo: 10_000) ?? 1
        return limit == 0 ? 0 : max(2, limit)
    }

    /// Warns of what is accepted and has no effect.
    mutating func remarkOnRest() {
        if let setting = self[.version] {
            switch setting.text {
            case "3": break
            case "2": warn(setting, "protocol version 3 is used")
            default: add(SettingsFault(setting, isNot: "2 or 3"))
            }
        }
        if isOn(.referrals, default: false), let setting = self[.referrals] {
            warn(
                setting,
                "referrals are not followed: passwords are sent only to the servers in ldap_servers"
            )
        }
        _ = isOn(.restart, default: true)
        if let setting = self[.debug] {
            warn(setting, "this has no effect; option -d of saslauthd makes the log more detailed")
        }
        if !isOn(.usesSASL, default: false) {
            for name in [SettingName.saslMechanism, .saslRealm, .saslID, .saslAuthorization, .saslProperties] {
                guard let setting = self[name] else { continue }
                warn(setting, "this has no effect without ldap_use_sasl: yes")
            }
        }
    }
}
