import Testing

@testable import MailLogin

@Suite struct SessionTrailTests {
    private func server(_ mailProtocol: MailProtocol = .imap, isEncrypted: Bool = false) -> Server {
        Server(mailProtocol, host: "h", port: 1, isEncrypted: isEncrypted, startTLS: .try)
    }

    private func greeting(_ lines: [String], _ mailProtocol: MailProtocol = .imap) -> ServerGreeting {
        var greeting = ServerGreeting(of: mailProtocol)
        for line in lines { _ = greeting.hear(Array(line.utf8)) }
        return greeting
    }

    private let capable = ["* OK hi", "* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=LOGIN ID", "A1 OK"]

    @Test func `a login over TLS is told in its order`() {
        var trail = SessionTrail(server(isEncrypted: true))
        trail.hear(libcurl: "  Trying 192.0.2.1:993...\n")
        trail.hear(libcurl: "Connected to h (192.0.2.1) port 993 (#0)\n")
        trail.hear(libcurl: "SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n")
        let request = Conversation.request()
        trail.use(method: "AUTHENTICATE PLAIN")
        trail.hear(reply: Array("+ ".utf8), request)
        trail.use(method: "AUTHENTICATE PLAIN")
        trail.hear(reply: Array("* CAPABILITY x".utf8), request)
        trail.hear(reply: Array("S2 NO [AUTHENTICATIONFAILED] no".utf8), request)
        let stage = SessionTrail.Stage(peer: "192.0.2.1 port 993", isConnected: true, isEncrypted: true)
        #expect(
            trail.lines(greeting(capable), stage) == [
                "connected to 192.0.2.1 port 993", "TLS: TLSv1.3 / TLS_AES_256_GCM_SHA384",
                "certificate: verified for h", "greeting: \"* OK hi\"",
                "login methods listed: AUTH=LOGIN AUTH=PLAIN LOGIN",
                "login method: AUTHENTICATE PLAIN", "reply: \"S2 NO [AUTHENTICATIONFAILED] no\"",
            ]
        )
    }

    @Test func `without TLS it says whether STARTTLS was listed`() {
        let stage = SessionTrail.Stage(peer: "p", isConnected: true)
        let plain = SessionTrail(server()).lines(greeting(capable), stage)
        #expect(plain.contains("STARTTLS: no, the server does not list it") && plain.contains("TLS: none"))
        let listed = ["* OK", "* CAPABILITY STARTTLS LOGINDISABLED", "A1 OK"]
        let lines = SessionTrail(server()).lines(greeting(listed), stage)
        #expect(lines.contains("STARTTLS: no, the server lists it but refuses it"))
        #expect(lines.contains("login methods listed: LOGINDISABLED"))
        var never = server()
        never.startTLS = .no
        #expect(
            SessionTrail(never).lines(greeting(listed), stage).contains("STARTTLS: no, because of starttls=no")
        )
    }

    @Test func `a certificate is called verified only on a connection that may be used`() {
        var trail = SessionTrail(server(isEncrypted: true))
        trail.hear(libcurl: "SSL connection using TLSv1.3 / X\n")
        let failed = trail.lines(greeting([]), SessionTrail.Stage(peer: nil))
        #expect(failed == ["not connected", "TLS: TLSv1.3 / X"])
        var any = server(isEncrypted: true)
        any.acceptsAnyCertificate = true
        let stage = SessionTrail.Stage(peer: "p", isConnected: true, isEncrypted: true)
        let lines = SessionTrail(any).lines(greeting(capable), stage)
        #expect(lines.contains("certificate: not verified (insecure=any-certificate)"))
        #expect(!lines.contains { $0.contains("verified for") })
    }

    @Test func `every address that failed is named`() {
        var trail = SessionTrail(server())
        for text in ["  Trying [::1]:1...", "connect to ::1 port 1 failed: Connection refused", "closing"] {
            trail.hear(libcurl: text + "\n")
        }
        #expect(
            trail.lines(greeting([]), SessionTrail.Stage()) == [
                "Trying [::1]:1...", "connect to ::1 port 1 failed: Connection refused", "not connected",
            ]
        )
    }

    @Test func `a hostile server fills no log, and the password stays hidden`() {
        var trail = SessionTrail(server(.pop3))
        let request = Conversation.request()
        for number in 0..<1_000 {
            trail.hear(libcurl: "Trying \(number)")
            trail.hear(reply: Array("-ERR secret \(String(repeating: "x", count: 5_000))".utf8), request)
        }
        let stage = SessionTrail.Stage(peer: "p", isConnected: true)
        let capabilities = (0..<900).map { "SASL X\($0)" }
        let lines = trail.lines(greeting(["+OK", "+OK"] + capabilities + ["."], .pop3), stage)
        #expect(lines.count < 20 && lines.allSatisfy { $0.count < 300 && !$0.contains("secret") }, "\(lines)")
    }
}
