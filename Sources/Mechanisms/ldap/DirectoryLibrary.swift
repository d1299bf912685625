internal import Authentication
internal import CLDAP
internal import Glibc
internal import MechanismKit
internal import Platform

/// What libldap does for the whole program.
enum DirectoryLibrary {
    /// Makes the allocator overwrite what libldap frees: it does not wipe its messages, which contain passwords, and
    /// never calls the memory functions that liblber can be given.
    static func overwriteFreedMemory() { FreedMemory.overwrite() }

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
    /// What the settings do not say remains as ldap.conf(5) has it; TLS 1.2 is the least, unless TLS_PROTOCOL_MIN there, or
    /// a version in the ciphers, allows less.
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
        if let check = tls.check.libraryValue { cldap_set_number(nil, LDAP_OPT_X_TLS_REQUIRE_CERT, check) }
        guard makeContext() else {
            let names = files.filter { $0.2 != nil }.map(\.1.rawValue).joined(separator: ", ")
            throw UnusableMechanism(
                "TLS cannot be used: a file of \(names.isEmpty ? "ldap.conf(5)" : names) is damaged, or the key does not "
                    + "belong to the certificate"
            )
        }
        let isLeastKnown = cldap_number(nil, LDAP_OPT_X_TLS_PROTOCOL_MIN) != 0
        if !isLeastKnown { cldap_set_number(nil, LDAP_OPT_X_TLS_PROTOCOL_MIN, 0x303) }
        let ciphers = ciphers(tls, least: !isLeastKnown)
        guard let ciphers else { return }
        guard unsafe cldap_set_text(nil, LDAP_OPT_X_TLS_CIPHER_SUITE, ciphers) == LDAP_OPT_SUCCESS, makeContext() else {
            throw UnusableMechanism(
                "\(SettingName.ciphers.rawValue): \(PlainText.of(tls.ciphers ?? ciphers)) is not understood by libldap; it expects "
                    + (isGnuTLS ? "a priority string of GnuTLS, such as NORMAL" : "a list for OpenSSL, ciphers(1)")
            )
        }
    }

    /// Reads the files, for all connections to come.
    private static func makeContext() -> Bool { cldap_set_number(nil, LDAP_OPT_X_TLS_NEWCTX, 0) == LDAP_OPT_SUCCESS }

    private static var isGnuTLS: Bool { unsafe text(LDAP_OPT_X_TLS_PACKAGE) == "GnuTLS" }

    /// The ciphers to set; GnuTLS, which ignores TLS_PROTOCOL_MIN, takes the versions there too.
    private static func ciphers(_ tls: TLSSettings, least: Bool) -> String? {
        let ciphers = unsafe tls.ciphers ?? text(LDAP_OPT_X_TLS_CIPHER_SUITE)
        guard least, isGnuTLS, ciphers?.contains("VERS-") != true else { return tls.ciphers }
        return "\(ciphers ?? "NORMAL"):-VERS-TLS1.0:-VERS-TLS1.1"
    }

    /// An option that is a text, of a handle or of all to come; `nil` for an empty one.
    static func text(_ option: CInt, of handle: OpaquePointer? = nil) -> String? {
        guard let text = unsafe cldap_text(handle, option) else { return nil }
        // SAFETY: libldap's text is terminated, and freed once.
        defer { unsafe ldap_memfree(text) }
        let copy = unsafe String(cString: text)
        return copy.isEmpty ? nil : copy
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
