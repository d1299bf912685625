internal import Authentication

/// How users and their groups are looked up.
extension SettingsReader {
    /// `nil` where there is a fault.
    mutating func method(hasDefaultRealm: Bool) -> LoginMethod? {
        let word = word(.method, default: AuthMethodWord.bind)
        let usesSASL = isOn(.usesSASL, default: false)
        guard let pattern = pattern(.filter, default: "uid=%u") else { return nil }
        let setting = self[.filter]
        switch word {
        case .bind where usesSASL, .fastbind where usesSASL:
            return .saslBind(saslSettings(provesPassword: true))
        case .fastbind:
            if let setting, pattern.canBeEmpty(hasDefaultRealm: hasDefaultRealm) {
                add(
                    SettingsFault(
                        setting.place,
                        "\(setting.key): with fastbind this is the bind name, and it can expand to nothing; add %u"
                    )
                )
                return nil
            }
            forbidUserDN(in: pattern, setting)
            return read(setting) { () throws(PatternFault) in .fastbind(try BindName(pattern)) }
        case .bind, .custom:
            if let setting, !pattern.tokens.contains(.login), !pattern.tokens.contains(.user) {
                warn(setting, "without %u or %U all logins find the same entry")
            }
            forbidUserDN(in: pattern, setting)
            let scope = self.word(.scope, default: SearchScope.sub)
            guard let base = base(.searchBase, default: ""),
                let filter = read(setting, { () throws(PatternFault) in try FilterPattern(pattern) })
            else { return nil }
            let search = DirectorySearch(base: base, scope: scope, filter: filter)
            return word == .bind
                ? .bind(search)
                : .custom(search, attribute: self[.passwordAttribute]?.value ?? "userPassword")
        }
    }

    /// `nil` where there is a fault.
    mutating func membership(for method: LoginMethod?, _ identity: ReaderIdentity) -> Membership? {
        let match = word(.groupMatch, default: GroupMatchWord.attr)
        // Checked also where no group is asked for.
        let scope = word(.groupScope, default: SearchScope.sub)
        guard let method, let setting = self[.groupDN] ?? self[.groupFilter] else { return .notAsked }
        let asker = Self.asker(method, identity)
        switch match {
        case .attr:
            guard self[.groupDN] != nil else {
                add(SettingsFault(setting.place, "\(setting.key) needs ldap_group_match_method: filter"))
                return nil
            }
            guard Self.hasDN(method) else {
                add(
                    SettingsFault(
                        setting.place,
                        "\(setting.key): with this ldap_filter the bind name is not a DN, so no group can contain it; "
                            + "use ldap_group_match_method: filter"
                    )
                )
                return nil
            }
            guard let group = base(.groupDN, default: "") else { return nil }
            return .attribute(
                group: group,
                attribute: self[.groupAttribute]?.value ?? "uniqueMember",
                asker: asker
            )
        case .filter:
            guard let filter = self[.groupFilter] else {
                add(
                    SettingsFault(
                        setting.place,
                        "\(setting.key) with ldap_group_match_method: filter needs ldap_group_filter"
                    )
                )
                return nil
            }
            guard let pattern = pattern(.groupFilter, default: ""),
                let form = read(filter, { () throws(PatternFault) in try FilterPattern(pattern) }),
                let base = self[.groupBase] == nil ? base(.searchBase, default: "") : base(.groupBase, default: "")
            else { return nil }
            if form.tokens.contains(.userDN) || base.tokens.contains(.userDN), !Self.hasDN(method) {
                add(SettingsFault(filter.place, "%D is empty: with this ldap_filter the bind name is not a DN"))
                return nil
            }
            guard form.tokens.union(base.tokens).contains(where: \.isOfUser) else {
                warn(filter, "without %u, %U or %D it is the same for all users")
                return .search(DirectorySearch(base: base, scope: scope, filter: form), asker: asker)
            }
            return .search(DirectorySearch(base: base, scope: scope, filter: form), asker: asker)
        }
    }

    /// The reader, but where users bind by themselves and there is none.
    private static func asker(_ method: LoginMethod, _ identity: ReaderIdentity) -> Membership.Asker {
        switch method {
        case .bind, .custom: .reader
        case .fastbind, .saslBind: identity == .anonymous ? .user : .reader
        }
    }

    /// Whether the DN of a user can be known.
    private static func hasDN(_ method: LoginMethod) -> Bool {
        switch method {
        case .bind, .custom, .saslBind: true
        case .fastbind(let name): name.isDN
        }
    }

    private mutating func forbidUserDN(in pattern: TokenPattern, _ setting: Setting?) {
        guard let setting, pattern.tokens.contains(.userDN) else { return }
        add(SettingsFault(setting.place, "\(setting.key): %D, the DN of the user, is not known at this point"))
    }

    private mutating func base(_ name: SettingName, default text: ByteString) -> DNPattern? {
        guard let pattern = pattern(name, default: text) else { return nil }
        if name == .searchBase { forbidUserDN(in: pattern, self[name]) }
        return read(self[name]) { () throws(PatternFault) in try DNPattern(pattern) }
    }

    private mutating func pattern(_ name: SettingName, default text: ByteString) -> TokenPattern? {
        let setting = self[name]
        let pattern = read(setting) { () throws(PatternFault) in try TokenPattern(setting?.value ?? text) }
        guard let pattern else { return nil }
        if let setting {
            for token in pattern.unknown {
                warn(setting, "unknown token \(token) expands to nothing; write %% for a percent sign")
            }
        }
        return pattern
    }

    private mutating func read<Value>(_ setting: Setting?, _ body: () throws(PatternFault) -> Value) -> Value? {
        do throws(PatternFault) {
            return try body()
        } catch {
            add(SettingsFault(setting?.place, "\(setting?.key ?? "the default"): \(error)"))
            return nil
        }
    }
}
