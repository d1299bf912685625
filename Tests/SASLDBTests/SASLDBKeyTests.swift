import Authentication
import SASLDB
import Testing

@Suite struct SASLDBKeyTests {
    @Test(arguments: [
        ("alice", "alice", "host"),
        ("alice@example.org", "alice", "example.org"),
        ("a@b@c", "a", "b@c"),
        ("a@", "a", ""),
        ("@b", "", "b"),
        ("", "", "host"),
    ])
    func `a user is split at the first at sign`(userid: String, login: String, realm: String) {
        let expected = SASLDBUser(login: ByteString(login), realm: ByteString(realm))
        #expect(SASLDBUser(userid: ByteString(userid), defaultRealm: "host") == expected)
    }

    @Test func `a key is login, realm and property with zero bytes between`() {
        let key = SASLDBKey(SASLDBUser("alice@example.org"), .password)
        #expect(key.encoded == Array("alice\0example.org\0userPassword".utf8))
        #expect(key.line == Array("alice@example.org: userPassword".utf8))
    }

    @Test func `an encoded key is decoded`() throws {
        for property in SASLDBKey.Property.allCases {
            let key = SASLDBKey(SASLDBUser("alice@"), property)
            #expect(SASLDBKey(encoded: try #require(key.encoded)) == key)
        }
    }

    @Test(arguments: ["", "alice", "alice\0example.org"])
    func `a key with fewer than two zero bytes is invalid`(text: String) {
        #expect(SASLDBKey(encoded: Array(text.utf8)) == nil)
    }

    @Test func `a zero byte in a name never reaches another user's key`() {
        #expect(SASLDBKey(SASLDBUser(login: "a\0b", realm: "c"), .password).encoded == nil)
        #expect(SASLDBKey(SASLDBUser(login: "a", realm: "b\0c"), .password).encoded == nil)
    }

    @Test func `control characters do not get into a listing`() {
        let key = SASLDBKey(SASLDBUser(login: "a\nb\u{1B}", realm: "r"), .password)
        #expect(key.line == Array("a?b?@r: userPassword".utf8))
    }
}
