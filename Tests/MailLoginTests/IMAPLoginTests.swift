import Authentication
import Testing

@testable import MailLogin

@Suite struct IMAPLoginTests {
    /// NUL, alice, NUL, secret in base64.
    private let plain = "AGFsaWNlAHNlY3JldA=="

    @Test func `PLAIN is sent with its command where the server takes that, and has asked for it before`() {
        let capabilities: Set = ["AUTH=PLAIN", "SASL-IR", "LOGINDISABLED"]
        for lesson in [nil, .refused] as [AuthenticateMemory.Lesson?] {
            let first = Conversation(.imap, capabilities: capabilities, knowing: lesson)
            #expect(first.sent == "S2 AUTHENTICATE PLAIN\r\n")
            first.hear("+")
            #expect(first.lesson == .answered)
        }
        let talk = Conversation(.imap, capabilities: capabilities, knowing: .answered)
        #expect(talk.sent == "S2 AUTHENTICATE PLAIN \(plain)\r\n")
        #expect(talk.hear("* CAPABILITY IMAP4rev1") == "")
        talk.hear("S2 OK done")
        #expect(talk.outcome == .accepted)
    }

    @Test func `a server that asks for PLAIN although it came with its command gets it, once`() {
        func talk() -> Conversation {
            Conversation(.imap, capabilities: ["AUTH=PLAIN", "SASL-IR"], knowing: .answered)
        }
        let good = talk()
        #expect(good.hear("+ ") == plain + "\r\n")
        #expect(good.hear("S2 OK done") == "" && good.outcome == .accepted)
        let wrong = talk()
        wrong.hear("+")
        #expect(wrong.hear("S2 NO no") == "" && wrong.outcome == .refused(.wrongPassword))
        let insistent = talk()
        insistent.hear("+")
        #expect(insistent.hear("+") == "" && insistent.isUndecided)
        let other = talk()
        #expect(other.hear("+ eyJzdGF0dXMiOiI0MDAifQ==") == "" && other.isUndecided)
    }

    @Test func `PLAIN is sent when the server asks for it, and OK before that is no answer`() {
        let talk = Conversation(.imap, capabilities: ["AUTH=PLAIN"])
        #expect(talk.sent == "S2 AUTHENTICATE PLAIN\r\n")
        #expect(talk.hear("+ ") == plain + "\r\n")
        talk.hear("S2 NO [AUTHENTICATIONFAILED] no")
        #expect(talk.outcome == .refused(.wrongPassword))
        let hasty = Conversation(.imap, capabilities: ["AUTH=PLAIN"])
        hasty.hear("S2 OK welcome")
        #expect(hasty.isUndecided)
    }

    @Test func `a long password is not sent with its command`() {
        let password = String(repeating: "p", count: 1_600)
        let talk = Conversation(.imap, capabilities: ["AUTH=PLAIN", "SASL-IR"], password: password, knowing: .answered)
        #expect(talk.sent == "S2 AUTHENTICATE PLAIN\r\n")
    }

    @Test(arguments: [nil, ["IMAP4REV1"], ["IMAP4REV1", "AUTH=CRAM-MD5"]] as [Set<String>?])
    func `without PLAIN it is LOGIN, in quotation marks`(capabilities: Set<String>?) {
        let talk = Conversation(.imap, capabilities: capabilities, login: "al\"ice", password: "se\\cr et%")
        #expect(talk.sent == "S2 LOGIN \"al\\\"ice\" \"se\\\\cr et%\"\r\n")
        talk.hear("S2 OK")
        #expect(talk.outcome == .accepted)
    }

    @Test func `what is not ASCII is sent as literals, when the server asks for them`() {
        let talk = Conversation(.imap, capabilities: nil, login: "jürgen", password: "sänger")
        #expect(talk.sent == "S2 LOGIN {7}\r\n")
        #expect(talk.hear("+ ok") == "jürgen {7}\r\n")
        #expect(talk.hear("+ ok") == "sänger\r\n")
        talk.hear("S2 OK")
        #expect(talk.outcome == .accepted)
        let mixed = Conversation(.imap, capabilities: nil, login: "jürgen", password: "a")
        #expect(mixed.hear("+ ok") == "jürgen \"a\"\r\n")
        let hasty = Conversation(.imap, capabilities: nil, password: "sänger")
        #expect(hasty.sent == "S2 LOGIN \"alice\" {7}\r\n")
        hasty.hear("S2 OK")
        #expect(hasty.isUndecided)
    }

    @Test func `LOGINDISABLED is heeded, and the log says what to do`() {
        let talk = Conversation(.imap, capabilities: ["LOGINDISABLED"])
        #expect(talk.sent == "")
        let advice = "login requires TLS: use imaps://, or starttls=required (LOGINDISABLED)"
        #expect(talk.outcome == .undecided(advice))
    }

    @Test func `the method can be fixed`() {
        #expect(Conversation(.imap, capabilities: ["AUTH=PLAIN"]) { $0.method = .login }.sent.hasPrefix("S2 LOGIN "))
        #expect(Conversation(.imap, capabilities: []) { $0.method = .plain }.sent == "S2 AUTHENTICATE PLAIN\r\n")
    }

    @Test func `CRAM-MD5 answers a challenge as RFC 2195 has it`() {
        let talk = Conversation(.imap, capabilities: [], login: "tim", password: "tanstaaftanstaaf") {
            $0.method = .cramMD5
        }
        #expect(talk.sent == "S2 AUTHENTICATE CRAM-MD5\r\n")
        let challenge = "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"
        #expect(talk.hear("+ " + challenge) == "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\r\n")
        let broken = Conversation(.imap, capabilities: []) { $0.method = .cramMD5 }
        broken.hear("+ %%%")
        #expect(broken.isUndecided)
    }

    @Test func `the client's address goes before the login, where that is asked for and the server takes it`() {
        let tell: (inout Server) -> Void = { $0.tellsAddress = true }
        let talk = Conversation(.imap, capabilities: ["ID"], remote: "192.0.2.1;25", tell)
        #expect(talk.sent == "S1 ID (\"x-originating-ip\" \"192.0.2.1\" \"x-originating-port\" \"25\")\r\n")
        #expect(talk.hear("* ID NIL") == "")
        #expect(talk.hear("S1 OK").hasPrefix("S2 LOGIN "))
        for capabilities in [["ID"], []] as [Set<String>] {
            let remote: ByteString = capabilities.isEmpty ? "192.0.2.1;25" : "x\"y;1"
            #expect(Conversation(.imap, capabilities: capabilities, remote: remote, tell).sent.hasPrefix("S2 LOGIN"))
        }
    }

    @Test(arguments: [
        "S2 BAD no", "S2 OKAY", "S3 OK", "A2 OK", "* BYE away", "+ more", "OK", "", "* X {20}", "s2 OK", "S2 PREAUTH",
        "* S2",
    ])
    func `nothing but a tagged OK and NO decides`(line: String) {
        let talk = Conversation(.imap, capabilities: nil)
        talk.hear(line)
        #expect(talk.isUndecided || talk.outcome == nil)
        #expect(talk.sent == "")
    }

    @Test func `words are read in any case and behind several blanks`() {
        let talk = Conversation(.imap, capabilities: nil)
        talk.hear("*  ok  still here")
        #expect(talk.outcome == nil)
        talk.hear("S2  no   [AuthenticationFailed]  no")
        #expect(talk.outcome == .refused(.wrongPassword))
    }
}
