import MechanismKit
import Testing

@testable import MailLogin

private func options(_ text: String, _ mailProtocol: MailProtocol = .imap) throws -> MailOptions {
    try MailOptions(text, of: mailProtocol) { $0 == "imap2" ? 143 : nil }
}

@Suite struct MailOptionsTests {
    @Test(arguments: [
        ("mail.example.org", "mail.example.org", 143), ("mail.example.org/1143", "mail.example.org", 1143),
        ("mail.example.org/imap2", "mail.example.org", 143), ("127.0.0.1/1", "127.0.0.1", 1), ("::1", "::1", 143),
        ("fe80::1%eth0/1143", "fe80::1%eth0", 1143), (" localhost\n", "localhost", 143),
    ])
    func `a bare host is asked without TLS, as Cyrus saslauthd does`(text: String, host: String, port: UInt16) throws {
        let expected = Server(.imap, host: host, port: port, isEncrypted: false, startTLS: .no)
        #expect(try options(text) == MailOptions(servers: [expected]))
    }

    @Test func `the port is that of the protocol`() throws {
        #expect(try options("h", .pop3).servers[0].port == 110)
        #expect(try options("pop3://h", .pop3).servers[0].port == 110)
        #expect(try options("pop3s://h", .pop3).servers[0].port == 995)
        #expect(try options("imap://h").servers[0].port == 143)
        #expect(try options("imaps://h").servers[0].port == 993)
        #expect(
            try options("IMAPS://[::1]:1/").servers[0]
                == Server(
                    .imap,
                    host: "::1",
                    port: 1,
                    isEncrypted: true,
                    startTLS: .no
                )
        )
    }

    @Test(arguments: [
        ("imap://mail.example.org", Server.StartTLS.try), ("imap://localhost", .no), ("imap://127.1.2.3", .no),
        ("imap://[::1]", .no), ("imap://127.example.org", .try), ("imap://10.0.0.1", .try),
        ("imap://h?starttls=required", .required), ("imap://localhost?starttls=try", .try),
        ("imap://h?starttls=no", .no),
        ("imaps://h", .no),
    ])
    func `a plain connection is encrypted where that can be, but not to this machine`(
        text: String,
        expected: Server.StartTLS
    ) throws {
        #expect(try options(text).servers[0].startTLS == expected)
    }

    @Test func `every parameter is read, bytes as numbers too`() throws {
        let text = "imaps://a?ca=/etc/a%2Cb%25.pem&name=mail.example.org&auth=cram-md5&id=yes&insecure=any-certificate"
        let server = try options(text).servers[0]
        #expect(server.authorities == "/etc/a,b%.pem")
        #expect(server.certificateName == "mail.example.org")
        #expect(server.method == .cramMD5)
        #expect(server.tellsAddress)
        #expect(server.acceptsAnyCertificate)
        #expect(server.url == "imaps://mail.example.org:993/")
        #expect(server.connectTo == "::a:993")
    }

    @Test func `certificates are verified unless the loud word stands there`() throws {
        #expect(try !options("imaps://h").servers[0].acceptsAnyCertificate)
        #expect(try !options("imap://h?starttls=required").servers[0].acceptsAnyCertificate)
    }

    @Test func `several servers stand between blanks and commas, and have one time together`() throws {
        let several = try options("imaps://a, imap://b:1?timeout=7\timaps://[::1]")
        #expect(several.servers.map(\.description) == ["imaps://a:993", "imap://b:1", "imaps://[::1]:993"])
        #expect(several.timeout == 7)
        #expect(try options("imaps://a").timeout == MailOptions.defaultTimeout)
        var short = try options("imaps://a")
        #expect(short.fit(within: 30) == nil && short.timeout == 20)
        #expect(short.fit(within: 15) == nil && short.timeout == 14, "the default is lowered")
        var asked = try options("imaps://a?timeout=60")
        #expect(asked.fit(within: 30) == "timeout=60 must be less than --timeout 30; using 29" && asked.timeout == 29)
        #expect(try options("imaps://a?timeout=3 imaps://b?timeout=3").timeout == 3)
    }

    @Test(arguments: [
        ("", "no server: name one with -O, for instance -O imaps://HOST"),
        ("a b", "several servers must be URLs"),
        ("h/x", "\"x\" is neither a port from 1 to 65535 nor a service"), ("h/0", "\"0\" is neither a port"),
        ("h/65536", "\"65536\" is neither"), ("h/", "\"\" is neither"),
        ("/143", "-O /143: no host name; expected HOST"),
        ("h@x", "\"h@x\" is not a host name"), ("pop3://h", "\"pop3\" is neither imap nor imaps"),
        ("http://h", "\"http\" is neither"), ("imap://", "-O imap://: no host name"),
        ("imap:///h", "-O imap:///h: no host name"), ("imap://[h]", "not an address in brackets"),
        ("imap://h%2ex", "\"h%2ex\" is not a host name"), ("imap://h#x", "\"h#x\" is not a host name"),
        ("imap://h:", "\"\" is not a port"),
        ("imap://h:0", "\"0\" is not a port"), ("imap://h:99999", "\"99999\" is not a port"),
        ("imap://::1", "write an IPv6 address in brackets"), ("imap://[::1", "not an address in brackets"),
        ("imap://[::1]x", "not an address in brackets"), ("imap://u:p@h", "no user and no password"),
        ("imap://h/INBOX", "only ? may follow"), ("imap://h?tls=yes", "unknown key \"tls\": expected auth, ca,"),
        ("imap://h?starttls=yes", "starttls=yes: expected required"),
        ("imaps://h?starttls=required", "encrypted from the start"),
        ("imaps://h?ca=x.pem", "ca=x.pem: expected the absolute path"),
        ("imaps://h?name=a/b", "name=a/b: expected a host name"),
        ("imaps://h?insecure=yes", "insecure=yes: expected any-certificate"),
        ("imaps://h?auth=scram", "auth=scram: expected any"),
        ("imaps://h?id=1", "id=1: expected yes or no"), ("imaps://h?timeout=0", "timeout=0: expected seconds"),
        ("imaps://h?timeout=601", "1 to 600"), ("imaps://h?ca=/a%2", "write a % itself as %25"),
        ("imaps://h?ca=/a%00", "write a % itself as %25"), ("imaps://h?ca=/a%+1", "write a % itself as %25"),
        ("imaps://a?timeout=1,imaps://b?timeout=2", "differs from the one before"),
        ("imaps://a,b", "\"b\" is neither imap nor imaps"),
    ])
    func `what is wrong is named`(text: String, part: String) {
        let error = #expect(throws: UnusableMechanism.self) { try options(text) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test func `only IMAP servers get the address`() {
        #expect(throws: UnusableMechanism.self) { try options("pop3s://h?id=yes", .pop3) }
    }
}
