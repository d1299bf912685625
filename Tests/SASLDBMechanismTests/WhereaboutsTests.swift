import Authentication
import SASLDB
import Testing

@testable import saslauthd_sasldb

@Suite struct WhereaboutsTests {
    private func user(_ login: ByteString, _ realm: ByteString) -> SASLDBUser { SASLDBUser(login: login, realm: realm) }

    /// Where `all` have the login alice of the realm a.org.
    private func whereabouts(_ all: [SASLDBUser]) -> Whereabouts {
        Whereabouts(of: [user("alice", "a.org")], joined: "alice@a.org", among: all)
    }

    @Test func `a user whose login has the realm in it is found with -r`() {
        let found = whereabouts([user("alice@a.org", "a.org"), user("alice", "mail")])
        #expect(found.lines == ["alice exists in: mail", "alice@a.org exists in: a.org"])
        #expect(found.advice(path: "/etc/sasldb2") == ["use -r"])
    }

    @Test func `another spelling is shown, and is not the user of the request`() {
        let found = whereabouts([user("Alice", "a.org"), user("bob", "a.org")])
        #expect(found.lines == ["Alice exists in: a.org"])
        #expect(
            found.advice(path: "/etc/sasldb2") == ["create the user: saslpasswd2 -c -u a.org alice"]
        )
    }

    @Test func `names of a hostile file are escaped, cut, and few`() {
        let long = String(repeating: "x", count: 5_000)
        let all = (0..<99).map { user("alice", ByteString("\u{1B}[2J\(100 + $0)\(long)")) }
        let lines = whereabouts(all).lines
        #expect(lines.count == 1 && lines[0].hasSuffix(", and 89 more") && lines[0].count < 1_000)
        #expect(!lines[0].contains("\u{1B}"))
        let logins: [ByteString] = ["alice", "Alice", "aLice", "alIce", "aliCe"]
        #expect(whereabouts(logins.map { user($0, "r") }).lines.last == "and 2 more spellings")
    }
}
