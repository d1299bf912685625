import Authentication
import Glibc
import Platform
import Testing

@testable import saslauthd_ldap

private func text(_ file: String) -> SettingsText {
    SettingsText(file: "/etc/saslauthd.conf", text: Array(file.utf8).span)
}

@Suite struct SettingsFileRightsTests {
    @Test(arguments: [0o600, 0o640, 0o660, 0o644, 0o604, 0o777] as [mode_t])
    func `a file with a password that everybody can read is warned of`(permissions: mode_t) {
        var text = text("ldap_bind_dn: cn=mail,dc=example\nldap_bind_pw: word\n")
        text.look(
            at: FileStatus(kind: .regular, permissions: permissions, owner: 0, group: 0),
            of: "/etc/saslauthd.conf"
        )
        let warnings = text.warnings
        #expect(warnings.isEmpty == (permissions & 0o4 == 0))
        #expect(warnings.allSatisfy { $0.contains("chmod o-r /etc/saslauthd.conf") })
        var harmless = self.harmless
        harmless.look(at: FileStatus(kind: .regular, permissions: permissions, owner: 0, group: 0), of: "/f")
        let none = harmless.warnings
        #expect(none.isEmpty)
    }

    private var harmless: SettingsText { text("ldap_servers: ldap://localhost/") }
}
