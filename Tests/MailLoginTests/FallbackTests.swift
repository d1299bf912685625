import Authentication
import Testing

@testable import MailLogin

/// A command that is not known is no wrong password.
@Suite struct FallbackTests {
    private let plain = "AGFsaWNlAHNlY3JldA=="
    private let offer: Set = ["AUTH=PLAIN", "SASL-IR", "USER"]

    @Test(arguments: [
        "S2 NO AUTHENTICATE mechanism not supported, mate", "S2 NO no mechanism available, we do something different!",
        "S2 BAD Unrecognised command, mate", "S2 NO", "S2 BAD", "S2 NO [CANNOT] no", "s2 x",
        "S2 NO [AUTHENTICATIONFAILED] no",
        "S2 NO account locked",
    ])
    func `AUTHENTICATE refused before the credentials is followed by LOGIN, whatever the words are`(line: String) {
        let talk = Conversation(.imap, capabilities: offer)
        #expect(talk.sent == "S2 AUTHENTICATE PLAIN\r\n")
        #expect(talk.canTurn)
        guard line != "s2 x" else {
            talk.hear(line)
            return #expect(talk.isUndecided)
        }
        #expect(talk.hear(line) == "S3 LOGIN \"alice\" \"secret\"\r\n")
        #expect(talk.lesson == .refused)
        #expect(!talk.canTurn)
        #expect(talk.hear("S2 OK late") == "")
        #expect(talk.isUndecided)
    }

    @Test func `the answer to LOGIN is the verdict`() {
        for (line, outcome) in [("S3 OK", LoginOutcome.accepted), ("S3 NO no", .refused(.wrongPassword))] {
            let talk = Conversation(.imap, capabilities: offer)
            talk.hear("S2 BAD what?")
            talk.hear(line)
            #expect(talk.outcome == outcome)
        }
        let talk = Conversation(.imap, capabilities: offer, login: "jürgen", password: "sänger")
        #expect(talk.hear("S2 BAD what?") == "S3 LOGIN {7}\r\n")
        #expect(talk.hear("+") == "jürgen {7}\r\n")
        #expect(talk.hear("+") == "sänger\r\n")
        talk.hear("S3 OK")
        #expect(talk.outcome == .accepted)
        let both = Conversation(.imap, capabilities: offer)
        both.hear("S2 BAD what?")
        both.hear("S3 BAD what else?")
        #expect(both.reason.contains("what?") && both.reason.contains("what else?"))
    }

    @Test(arguments: [
        "S2 NO [UNAVAILABLE] later", "S2 BAD [INUSE] later", "S2 NO Temporary authentication failure",
        "S2 NO [PRIVACYREQUIRED] TLS please", "S2 NO Plaintext authentication disallowed", "* BYE [UNAVAILABLE] down",
        "S2 BAD A SSL/TLS-connection is required for authentication.", "S2 NO Login only available under a layer",
        "* BAD internal server error",
    ])
    func `a server that cannot tell, or wants TLS, is not asked by LOGIN`(line: String) {
        let talk = Conversation(.imap, capabilities: offer)
        #expect(talk.hear(line) == "")
        #expect(talk.isUndecided)
        #expect(talk.lesson == nil)
    }

    @Test func `a server that has judged the credentials never gets them again`() {
        for line in ["S2 NO no", "S2 NO [ALERT] no", "S2 BAD [AUTHENTICATIONFAILED] no", "S2 NO [UNAVAILABLE] later"] {
            let known = Conversation(.imap, capabilities: offer, knowing: .answered)
            #expect(known.sent == "S2 AUTHENTICATE PLAIN \(plain)\r\n")
            let asked = Conversation(.imap, capabilities: offer)
            asked.hear("+")
            for talk in [known, asked] {
                #expect(!talk.canTurn)
                #expect(talk.hear(line) == "")
                #expect(talk.isUndecided || talk.outcome == .refused(.wrongPassword))
            }
        }
    }

    @Test(arguments: [
        "S2 BAD Mate, try AUTHENTICATE <mechanism>", "S2 BAD", "S2 NO AUTHENTICATE mechanism not supported, mate",
        "S2 NO Unsupported authentication mechanism.",
    ])
    func `credentials that were not understood are sent by LOGIN, and AUTHENTICATE no more`(line: String) {
        let talk = Conversation(.imap, capabilities: offer, knowing: .answered)
        #expect(talk.hear(line) == "S3 LOGIN \"alice\" \"secret\"\r\n")
        #expect(talk.lesson == .refused)
        let next = Conversation(.imap, capabilities: offer, knowing: .refused)
        #expect(next.sent == "S2 LOGIN \"alice\" \"secret\"\r\n")
    }

    @Test func `where LOGIN is disabled, the log has both reasons`() {
        let talk = Conversation(.imap, capabilities: offer.union(["LOGINDISABLED"]))
        #expect(!talk.canTurn)
        #expect(talk.hear("S2 NO what is that?") == "")
        #expect(talk.reason.contains("what is that?") && talk.reason.contains("LOGINDISABLED"))
    }

    @Test(arguments: [Server.Method.plain, .cramMD5])
    func `a method that the administrator has named stays, and the log says what to do`(method: Server.Method) {
        for (mailProtocol, line) in [(MailProtocol.imap, "S2 NO what is that?"), (.pop3, "-ERR what is that?")] {
            let talk = Conversation(mailProtocol, capabilities: offer) { $0.method = method }
            #expect(!talk.canTurn)
            #expect(talk.hear(line) == "")
            #expect(talk.reason.contains("what is that?") && talk.reason.contains("auth=any"))
        }
    }

    @Test func `a server that hangs up over AUTHENTICATE may be asked once more`() {
        let talk = Conversation(.imap, capabilities: offer)
        talk.hear("* BYE what is that?")
        #expect(talk.outcome == .unheard("the server says \"* BYE what is that?\""))
        #expect(talk.lesson == nil, "it may have crashed")
        let known = Conversation(.imap, capabilities: offer, knowing: .answered)
        known.hear("* BYE away")
        #expect(known.isUndecided)
        let login = Conversation(.imap, capabilities: [])
        login.hear("* BYE away")
        #expect(login.isUndecided)
    }

    @Test func `LOGIN refused before the password is no verdict`() {
        for line in ["S2 NO no literals", "S2 BAD no literals"] {
            let talk = Conversation(.imap, capabilities: nil, password: "sänger")
            talk.hear(line)
            #expect(talk.isUndecided)
        }
    }

    // MARK: POP3

    @Test(arguments: [
        "-ERR Mate, the command must be one of CAPA, USER, PASS or QUIT", "-ERR", "-ERR authorization first",
        "-err [AUTH] no",
    ])
    func `AUTH refused before the credentials is followed by USER and PASS`(line: String) {
        let talk = Conversation(.pop3, capabilities: offer)
        #expect(talk.sent == "AUTH PLAIN\r\n")
        #expect(talk.hear(line) == "USER alice\r\n")
        #expect(talk.lesson == .refused)
        #expect(talk.hear("+OK") == "PASS secret\r\n")
        talk.hear("-ERR [AUTH] no")
        #expect(talk.outcome == .refused(.wrongPassword))
        #expect(Conversation(.pop3, capabilities: offer, knowing: .refused).sent == "USER alice\r\n")
    }

    @Test func `in POP3 too a server that cannot tell, or has judged, does not get them again`() {
        let busy = Conversation(.pop3, capabilities: offer)
        #expect(busy.hear("-ERR [SYS/TEMP] later") == "")
        #expect(busy.isUndecided)
        let judged = Conversation(.pop3, capabilities: offer, knowing: .answered)
        judged.hear("+")
        #expect(judged.hear("-ERR no") == "")
        #expect(judged.outcome == .refused(.wrongPassword))
        let unknown = Conversation(.pop3, capabilities: offer, knowing: .answered)
        unknown.hear("+")
        #expect(unknown.hear("-ERR Unknown command: \"auth\".") == "USER alice\r\n")
        let secure = Conversation(.pop3, capabilities: ["AUTH=PLAIN"])
        #expect(secure.hear("-ERR what?") == "")
        #expect(secure.reason.contains("what?") && secure.reason.contains("starttls=required"))
    }
}
