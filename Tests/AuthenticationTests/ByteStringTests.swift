import Authentication
import Testing

@Suite struct ByteStringTests {
    @Test(arguments: [
        ("alice@example.org", "alice@example.org"),
        ("a b", "a b"),
        ("x] [user=root]", "x\\x5d \\x5buser=root\\x5d"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("DOMAIN\\user", "DOMAIN\\\\user"),
        ("\u{e9}", "\\xc3\\xa9"),
        ("\u{1b}[31m", "\\x1b\\x5b31m"),
    ])
    func `what came off the wire is one line and cannot pass for more`(text: String, shown: String) {
        #expect(ByteString(text).description == shown)
    }

    @Test(
        arguments: [
            ("alice", "alice", nil), ("", "", nil), ("@", "", ""), ("@example.org", "", "example.org"),
            ("alice@", "alice", ""), ("alice@example.org", "alice", "example.org"),
            ("alice@lab@example.org", "alice@lab", "example.org"), ("alice@@example.org", "alice@", "example.org"),
            ("a@b@", "a@b", ""),
        ] as [(ByteString, ByteString, ByteString?)]
    )
    func `a login is split at its last at-sign`(text: ByteString, login: ByteString, realm: ByteString?) {
        let parts = text.splitAtRealm
        #expect(parts.login == login)
        #expect(parts.realm == realm)
    }

    @Test func `every byte is shown in printable ASCII, and no two alike`() {
        let shown = (0...255).map { ByteString([UInt8($0)]).description }
        #expect(Set(shown).count == 256)
        #expect(shown.allSatisfy { $0.utf8.allSatisfy { (0x20..<0x7F).contains($0) } })
    }
}
