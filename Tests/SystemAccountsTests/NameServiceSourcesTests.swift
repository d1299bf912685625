import Testing

@testable import SystemAccounts

@Suite struct NameServiceSourcesTests {
    @Test(
        arguments: [
            ("passwd:         files  systemd\nshadow: files\n", "files systemd"), ("shadow: files\n", nil), ("", nil),
            ("# passwd: ldap\n passwd :files [NOTFOUND=return] sss # why\n", "files [NOTFOUND=return] sss"),
            ("passwd_compat: nis\npasswd:\n", ""), ("passwd\n", nil),
        ] as [(String, String?)]
    )
    func `the sources of a database are those behind its name`(text: String, list: String?) {
        #expect(NameServiceSources.list(of: "passwd", in: text) == list)
    }

    @Test func `a long list is cut`() {
        #expect(NameServiceSources.list(of: "a", in: "a:" + String(repeating: " x", count: 5_000))?.count == 200)
    }
}
