internal import Authentication
internal import CLDAP
internal import Glibc
internal import MechanismKit
internal import Platform

/// What libldap does for the whole program.
enum DirectoryLibrary {
    /// Makes libldap read its system-wide ldap.conf(5), and neither the environment nor files of a user.
    ///
    /// Call it before anything else of libldap, and while there is one thread.
    static func readOnlySystemSettings() {
        let names = Program.environment.map { String($0.prefix { $0 != "=" }) }
        for name in names where name.hasPrefix("LDAP") || ["HOME", "SASL_PATH", "SASL_CONF_PATH"].contains(name) {
            // SAFETY: the names are terminated, and there is one thread.
            unsafe unsetenv(name)
        }
        // libldap reads ./ldaprc too.
        unsafe chdir("/")
    }

    /// Sets how TLS is used on all connections, and reads its files: as root, if the program still is.
    ///
    /// What the settings do not say remains as ldap.conf(5) has it; TLS 1.2 is the least, unless TLS_PROTOCOL_MIN there
    /// allows less.
    static func use(_ tls: TLSSettings) throws(UnusableMechanism) {
        let files = [
            (LDAP_OPT_X_TLS_CACERTFILE, SettingName.caFile, tls.caFile),
            (LDAP_OPT_X_TLS_CACERTDIR, .caDirectory, tls.caDirectory),
            (LDAP_OPT_X_TLS_CERTFILE, .certificate, tls.key == nil ? nil : tls.certificate),
            (LDAP_OPT_X_TLS_KEYFILE, .key, tls.certificate == nil ? nil : tls.key),
        ]
        for (option, name, path) in files {
            guard let path else { continue }
            try check(path, name)
            try set(option, path, name)
        }
        if let ciphers = tls.ciphers { try set(LDAP_OPT_X_TLS_CIPHER_SUITE, ciphers, .ciphers) }
        if let check = tls.check.libraryValue { cldap_set_number(nil, LDAP_OPT_X_TLS_REQUIRE_CERT, check) }
        if cldap_number(nil, LDAP_OPT_X_TLS_PROTOCOL_MIN) == 0 {
            cldap_set_number(nil, LDAP_OPT_X_TLS_PROTOCOL_MIN, 0x303)
        }
        guard cldap_set_number(nil, LDAP_OPT_X_TLS_NEWCTX, 0) == LDAP_OPT_SUCCESS else {
            let names = files.filter { $0.2 != nil }.map(\.1.rawValue)
            let list = (names + (tls.ciphers == nil ? [] : [SettingName.ciphers.rawValue])).joined(separator: ", ")
            throw UnusableMechanism(
                "TLS cannot be used: a file of \(list.isEmpty ? "ldap.conf(5)" : list) is damaged, the key does not fit the "
                    + "certificate, or the ciphers are not written as this system's libldap wants them"
            )
        }
    }

    private static func set(_ option: CInt, _ text: String, _ name: SettingName) throws(UnusableMechanism) {
        guard unsafe cldap_set_text(nil, option, text) == LDAP_OPT_SUCCESS else {
            throw UnusableMechanism("\(name.rawValue): this system's libldap does not support it")
        }
    }

    /// Files that are missing would make every connection fail.
    private static func check(_ path: String, _ name: SettingName) throws(UnusableMechanism) {
        do throws(SystemError) {
            _ = try OwnedDescriptor.open(path, O_RDONLY)
        } catch {
            throw UnusableMechanism("\(name.rawValue): \(PlainText.of(path)) cannot be read: \(error.reason)")
        }
    }
}

extension PeerCheck {
    /// The library's number; `nil` to leave it as ldap.conf(5) has it.
    var libraryValue: CInt? {
        switch self {
        case .systemDefault: nil
        case .never: LDAP_OPT_X_TLS_NEVER
        case .allow: LDAP_OPT_X_TLS_ALLOW
        case .try: LDAP_OPT_X_TLS_TRY
        case .demand: LDAP_OPT_X_TLS_DEMAND
        }
    }
}
