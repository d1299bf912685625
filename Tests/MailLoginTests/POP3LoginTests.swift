import Authentication
import Testing

@testable import MailLogin

@Suite struct POP3LoginTests {
    private let plain = "AGFsaWNlAHNlY3JldA=="

    @Test(arguments: [nil, .answered, .refused] as [AuthenticateMemory.Lesson?])
    func `PLAIN is sent when the server asks for it, and never with its command, which Exchange does not take`(
        lesson: AuthenticateMemory.Lesson?
    ) {
        let talk = Conversation(.pop3, capabilities: ["AUTH=PLAIN"], knowing: lesson)
        #expect(talk.sent == "AUTH PLAIN\r\n")
        #expect(talk.hear("+ ") == plain + "\r\n")
        #expect(talk.lesson == .answered)
        talk.hear("+ok  welcome")
        #expect(talk.outcome == .accepted)
        let wrong = Conversation(.pop3, capabilities: ["AUTH=PLAIN"], knowing: lesson)
        wrong.hear("+")
        wrong.hear("-ERR [AUTH] no")
        #expect(wrong.outcome == .refused(.wrongPassword))
        let hasty = Conversation(.pop3, capabilities: ["AUTH=PLAIN"], knowing: lesson)
        hasty.hear("+OK")
        #expect(hasty.isUndecided)
    }

    @Test func `without PLAIN it is USER and PASS`() {
        let talk = Conversation(.pop3, capabilities: ["USER"], password: "se \"cr\\et")
        #expect(talk.sent == "USER alice\r\n")
        #expect(talk.hear("+OK") == "PASS se \"cr\\et\r\n")
        talk.hear("+OK logged in")
        #expect(talk.outcome == .accepted)
        #expect(Conversation(.pop3, capabilities: nil).sent == "USER alice\r\n")
    }

    @Test func `a server that wants TLS first is not sent a password`() {
        #expect(Conversation(.pop3, capabilities: ["STLS"]).isUndecided)
        #expect(Conversation(.pop3, capabilities: ["TOP"], isEncrypted: true).sent == "USER alice\r\n")
    }

    @Test func `CRAM-MD5 works here too`() {
        let talk = Conversation(.pop3, capabilities: [], login: "tim", password: "tanstaaftanstaaf") {
            $0.method = .cramMD5
        }
        let challenge = "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"
        #expect(talk.hear("+ " + challenge) == "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\r\n")
    }

    @Test(arguments: ["OK", "+okay", "", "+", "+OKAY", "* OK", "-ERR [IN-USE] locked", "-ERR [SYS/TEMP] later"])
    func `nothing but +OK and -ERR decides`(line: String) {
        let talk = Conversation(.pop3, capabilities: ["AUTH=PLAIN"], knowing: .answered)
        talk.hear("+")
        talk.hear(line)
        #expect(talk.isUndecided)
    }
}
