import Testing

@testable import MailLogin

private func greeted(_ mailProtocol: MailProtocol, _ lines: String...) -> ServerGreeting {
    var greeting = ServerGreeting(of: mailProtocol)
    for line in lines where !greeting.hear(Array(line.utf8)) { break }
    return greeting
}

@Suite struct ServerGreetingTests {
    @Test func `IMAP capabilities are those of the last answer to the question`() {
        let heard = greeted(
            .imap,
            "* OK [CAPABILITY NONSENSE] hi",
            "* CAPABILITY IMAP4rev1 starttls",
            "A1 OK",
            "A2 OK go",
            "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR",
            "A3 OK"
        )
        #expect(heard.capabilities == ["IMAP4REV1", "AUTH=PLAIN", "SASL-IR"])
        #expect(heard.complaint == nil)
    }

    @Test func `what was said before STARTTLS is forgotten behind it`() {
        let heard = greeted(.imap, "* OK hi", "* CAPABILITY AUTH=PLAIN", "A1 OK", "A2 OK go", "A3 OK")
        #expect(heard.capabilities == nil)
        let mail = greeted(.pop3, "+OK hi", "+OK", "USER", "STLS", ".", "+OK go", "-ERR no")
        #expect(mail.capabilities != ["USER", "STLS"])
    }

    @Test(arguments: ["A1 BAD what?", "A1 NO no"])
    func `where CAPABILITY is not known, what the greeting lists counts, or nothing is known`(answer: String) {
        let listed = greeted(.imap, "* ok [capability IMAP4rev1 LoginDisabled] hi", answer)
        #expect(listed.capabilities == ["IMAP4REV1", "LOGINDISABLED"])
        for greeting in ["* OK hi", "* OK [ALERT] hi", "* OK [CAPABILITY"] {
            #expect(greeted(.imap, greeting, answer).capabilities == nil)
        }
        let later = greeted(.imap, "* OK [CAPABILITY X] hi", "* CAPABILITY STARTTLS", "A1 OK", "A2 OK go", answer)
        #expect(later.capabilities == nil, "what was said before STARTTLS is forgotten")
    }

    @Test func `what was said before a refused STARTTLS is still so`() {
        let heard = greeted(
            .imap,
            "* OK hi",
            "* CAPABILITY STARTTLS LOGINDISABLED",
            "A1 OK",
            "A2 NO no certificate"
        )
        #expect(heard.capabilities == ["STARTTLS", "LOGINDISABLED"])
        let mail = greeted(.pop3, "+OK hi", "+OK", "STLS", "SASL PLAIN", ".", "-ERR no certificate")
        #expect(mail.capabilities == ["STLS", "SASL", "AUTH=PLAIN"])
        #expect(heard.offersTLS && mail.offersTLS)
        #expect(!heard.offersTLSUnheard && !mail.offersTLSUnheard)
    }

    @Test func `TLS that is offered and not asked for is seen`() {
        #expect(greeted(.imap, "* OK hi", "* capability starttls", "A1 OK").offersTLSUnheard)
        #expect(greeted(.pop3, "+OK hi", "+OK", "stls", ".").offersTLSUnheard)
        #expect(!greeted(.imap, "* OK hi", "* CAPABILITY X", "A1 OK").offersTLSUnheard)
        #expect(!greeted(.pop3, "+OK hi", "-ERR what?").offersTLSUnheard)
    }

    @Test func `the greeting is kept`() {
        #expect(greeted(.imap, "* OK hi", "* CAPABILITY X").firstLine == Array("* OK hi".utf8))
    }

    @Test func `POP3 capabilities hold the SASL mechanisms one by one`() {
        let heard = greeted(.pop3, "+OK hi", "+OK list follows", "TOP", "user", "SASL PLAIN CRAM-MD5", ".")
        #expect(greeted(.pop3, "+ok hi", "+ok", "user", ".").capabilities == ["USER"])
        #expect(heard.capabilities == ["TOP", "USER", "SASL", "AUTH=PLAIN", "AUTH=CRAM-MD5"])
    }

    @Test(arguments: ["* PREAUTH hi", "* BYE away", "* NO", "OK hi", "", "+OK", "220 smtp", "A1 OK hi"])
    func `only OK is a greeting of IMAP`(line: String) {
        #expect(greeted(.imap, line, "* OK hi").complaint != nil)
    }

    @Test(arguments: ["-ERR away", "* OK hi", "", "220 smtp"])
    func `only +OK is a greeting of POP3`(line: String) {
        #expect(greeted(.pop3, line, "+OK").complaint != nil)
    }

    @Test func `BYE, PREAUTH and a literal end it later too`() {
        for line in ["* BYE away", "* PREAUTH hi", "* X {10}"] {
            #expect(greeted(.imap, "* OK hi", line).complaint != nil)
        }
    }

    @Test func `it ends at 64 KiB`() {
        let line = "* X " + String(repeating: "a", count: 994)
        var heard = ServerGreeting(of: .imap)
        let count = (["* OK hi"] + Array(repeating: line, count: 100)).prefix { heard.hear(Array($0.utf8)) }.count
        #expect(count == 66)
        #expect(heard.complaint == "the server sent more than 65536 bytes before the login")
    }
}
