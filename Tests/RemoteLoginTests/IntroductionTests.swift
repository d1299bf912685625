import Testing

@testable import RemoteLogin

private func introduction(_ mailProtocol: MailProtocol, _ lines: String...) -> Introduction {
    var introduction = Introduction(of: mailProtocol)
    for line in lines where !introduction.hear(Array(line.utf8)) { break }
    return introduction
}

@Suite struct IntroductionTests {
    @Test func `IMAP capabilities are those of the last answer to the question`() {
        let heard = introduction(
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
        let heard = introduction(.imap, "* OK hi", "* CAPABILITY AUTH=PLAIN", "A1 OK", "A2 OK go", "A3 OK")
        #expect(heard.capabilities == nil)
        let mail = introduction(.pop3, "+OK hi", "+OK", "USER", "STLS", ".", "+OK go", "-ERR no")
        #expect(mail.capabilities != ["USER", "STLS"])
    }

    @Test(arguments: ["A1 BAD what?", "A1 NO no"])
    func `where CAPABILITY is not known, what the greeting lists counts, or nothing is known`(answer: String) {
        let listed = introduction(.imap, "* ok [capability IMAP4rev1 LoginDisabled] hi", answer)
        #expect(listed.capabilities == ["IMAP4REV1", "LOGINDISABLED"])
        for greeting in ["* OK hi", "* OK [ALERT] hi", "* OK [CAPABILITY"] {
            #expect(introduction(.imap, greeting, answer).capabilities == nil)
        }
        let later = introduction(.imap, "* OK [CAPABILITY X] hi", "* CAPABILITY STARTTLS", "A1 OK", "A2 OK go", answer)
        #expect(later.capabilities == nil, "what was said before STARTTLS is forgotten")
    }

    @Test func `what was said before a refused STARTTLS is still so`() {
        let heard = introduction(
            .imap,
            "* OK hi",
            "* CAPABILITY STARTTLS LOGINDISABLED",
            "A1 OK",
            "A2 NO no certificate"
        )
        #expect(heard.capabilities == ["STARTTLS", "LOGINDISABLED"])
        let mail = introduction(.pop3, "+OK hi", "+OK", "STLS", "SASL PLAIN", ".", "-ERR no certificate")
        #expect(mail.capabilities == ["STLS", "SASL", "AUTH=PLAIN"])
        #expect(heard.offersTLS && mail.offersTLS)
        #expect(!heard.offersTLSUnheard && !mail.offersTLSUnheard)
    }

    @Test func `TLS that is offered and not asked for is seen`() {
        #expect(introduction(.imap, "* OK hi", "* capability starttls", "A1 OK").offersTLSUnheard)
        #expect(introduction(.pop3, "+OK hi", "+OK", "stls", ".").offersTLSUnheard)
        #expect(!introduction(.imap, "* OK hi", "* CAPABILITY X", "A1 OK").offersTLSUnheard)
        #expect(!introduction(.pop3, "+OK hi", "-ERR what?").offersTLSUnheard)
    }

    @Test func `the greeting is kept`() {
        #expect(introduction(.imap, "* OK hi", "* CAPABILITY X").greeting == Array("* OK hi".utf8))
    }

    @Test func `POP3 capabilities hold the SASL mechanisms one by one`() {
        let heard = introduction(.pop3, "+OK hi", "+OK list follows", "TOP", "user", "SASL PLAIN CRAM-MD5", ".")
        #expect(introduction(.pop3, "+ok hi", "+ok", "user", ".").capabilities == ["USER"])
        #expect(heard.capabilities == ["TOP", "USER", "SASL", "AUTH=PLAIN", "AUTH=CRAM-MD5"])
    }

    @Test(arguments: ["* PREAUTH hi", "* BYE away", "* NO", "OK hi", "", "+OK", "220 smtp", "A1 OK hi"])
    func `only OK is a greeting of IMAP`(line: String) {
        #expect(introduction(.imap, line, "* OK hi").complaint != nil)
    }

    @Test(arguments: ["-ERR away", "* OK hi", "", "220 smtp"])
    func `only +OK is a greeting of POP3`(line: String) {
        #expect(introduction(.pop3, line, "+OK").complaint != nil)
    }

    @Test func `BYE, PREAUTH and a literal end it later too`() {
        for line in ["* BYE away", "* PREAUTH hi", "* X {10}"] {
            #expect(introduction(.imap, "* OK hi", line).complaint != nil)
        }
    }

    @Test func `it ends at 64 KiB`() {
        let line = "* X " + String(repeating: "a", count: 994)
        var heard = Introduction(of: .imap)
        let count = (["* OK hi"] + Array(repeating: line, count: 100)).prefix { heard.hear(Array($0.utf8)) }.count
        #expect(count == 66)
        #expect(heard.complaint == "it said more than 65536 bytes before the login")
    }
}
