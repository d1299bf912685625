import Authentication
import Testing

@testable import Folding

@Suite struct FoldedNameTests {
    @Test(arguments: [
        "alice@example.org", "ALICE@EXAMPLE.ORG", "Alice@Example.org", "álice@example.org", "a\u{301}lice@example.org",
        "ÀLÏCÊ@example.org", " alice@example.org", "alice@example.org  ", "alice @example.org", "alice@example.org.",
        "alice.@example.org", "ａｌｉｃｅ@example.org", "alice＠example.org", "𝐀lice@example.org", "al\u{AD}ice@example.org",
        "al\u{200B}ice@example.org", "alıce@example.org", "ałice@example.org", "a\u{3000}lice@example.org",
        "ⓐlice@example.org",
        "alice\t@example.org", "alice@example\u{2024}org",
    ])
    func `spellings of one login are one name`(spelling: String) {
        #expect(FoldedName(ByteString(spelling)) == FoldedName("alice@example.org"))
    }

    @Test func `realm and login together are the login with its realm`() {
        #expect(FoldedName("Alice", realm: "Example.ORG") == FoldedName("alice@example.org"))
        #expect(FoldedName("alice", realm: "") == FoldedName("alice"))
        #expect(FoldedName("alice@") == FoldedName("alice"))
    }

    /// Each is a spelling of the name in a collation of MariaDB.
    @Test(arguments: [
        ("ßandra", "sandra"), ("jeßica", "jessica"), ("jeẞica", "jessica"), ("jeſsica", "jessica"), ("user٣", "user3"),
        ("user３", "user3"), ("user৭", "user7"), ("userⅫ", "userxii"), ("al\u{80}ice", "alice"),
        ("al\u{600}ice", "alice"),
        ("al\u{FFF9}ice", "alice"), ("alﹱice", "alice"), ("\u{363}lice", "alice"), ("Ꜳron", "aaron"), ("ʣ", "dz"),
        ("🅐lice", "alice"),
        ("🅰lice", "alice"), ("Ŀ", "l"), ("henrü", "henry"), ("müller", "muller"), ("💌shop", "🛒shop"),
        ("user𑁩", "user3"),
    ])
    func `letters and digits are folded as in collations`(spelling: String, name: String) {
        #expect(FoldedName(ByteString(spelling)) == FoldedName(ByteString(name)))
    }

    @Test(arguments: ["bob", "alic", "alice@example.com", "a.lice", "阿", "алиса", ""])
    func `other logins are other names`(other: String) {
        #expect(FoldedName(ByteString(other)) != FoldedName("alice@example.org"))
        #expect(FoldedName(ByteString(other)) != FoldedName("alice"))
    }

    @Test func `a text that is not UTF-8 is folded as ASCII, and its other bytes are equal`() {
        #expect(FoldedName(ByteString([0x41, 0xFF])) == FoldedName(ByteString([0x61, 0xE4])))
        #expect(FoldedName(ByteString([0x41, 0xFF])) != FoldedName("a"))
    }

    @Test func `a name has at most 256 bytes`() {
        let long = ByteString([UInt8](repeating: 0x61, count: 8000))
        #expect(FoldedName(long).bytes.count == 256)
        #expect(FoldedName(ByteString(String(repeating: "é", count: 4000))).bytes.count == 256)
    }

    @Test func `letters of other scripts are kept`() {
        #expect(FoldedName("алиса") == FoldedName("АЛИСА"))
        #expect(FoldedName("алиса") != FoldedName("anuca"))
        #expect(FoldedName("一郎") != FoldedName("1郎"))
    }
}
