import Testing

@testable import MailLogin

@Suite struct ServerTests {
    @Test(
        arguments: [
            ("h", "", "imap://h:143/", nil), ("::1", "", "imap://[::1]:143/", nil),
            ("fe80::1%eth0", "", "imap://[fe80::1%25eth0]:143/", nil),
            ("10.0.0.1", "mail", "imap://mail:143/", "::10.0.0.1:143"),
            ("::1", "mail", "imap://mail:143/", "::[::1]:143"),
        ] as [(String, String, String, String?)]
    )
    func `libcurl connects to the host and verifies the name`(host: String, name: String, url: String, place: String?) {
        var server = Server(.imap, host: host, port: 143, isEncrypted: false, startTLS: .no)
        server.certificateName = name
        #expect(server.url == url)
        #expect(server.connectTo == place)
    }
}
