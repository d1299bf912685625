import Authentication
import Testing

@testable import DovecotProtocol

@Suite struct ClientLoginTests {
    /// The line of a login with PLAIN.
    private func request(_ user: String, _ password: String, service: ByteString = "smtp", address: ByteString? = nil)
        -> String
    {
        let lines = ClientLogin(.plain, service: service, address: address)
        return request(lines, initial: "\0\(user)\0\(password)")
    }

    private func request(_ lines: ClientLogin, _ id: UInt32 = 7, initial: String?) -> String {
        var output: [UInt8] = []
        switch initial {
        case .some(let text): lines.appendRequest(id, Secret(copying: Array(text.utf8).span), to: &output)
        case nil: lines.appendRequest(id, nil, to: &output)
        }
        return String(decoding: output, as: UTF8.self)
    }

    private func answer(_ text: String, _ id: UInt32 = 7) -> String {
        var output: [UInt8] = []
        ClientLogin(.login, service: "").appendAnswer(id, Secret(copying: Array(text.utf8).span), to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `the server reads what the client writes, also bytes that have a meaning`() {
        var trial = Trial(minorVersion: nil)
        #expect(trial.feed(ClientLogin.greeting(process: 4711)) == [])
        let odd = "s\t\r\n\u{1}\0=é"
        #expect(
            trial.feed(Array(request("alice", "se cret", service: "x\t\r\n\u{1}é").utf8)) == [
                .begin(
                    7,
                    .plain,
                    service: "x\t\r\n\u{1}é",
                    remote: "",
                    .text("\0alice\0se cret"),
                    [],
                    replacing: nil
                )
            ]
        )
        var other = Trial(minorVersion: 0)
        #expect(
            other.feed(Array(request(odd, odd, address: "2001:db8::1;25").utf8)) == [
                .begin(
                    7,
                    .plain,
                    service: "smtp",
                    remote: "2001:db8::1;25",
                    .text("\0\(odd)\0\(odd)"),
                    [],
                    replacing: nil
                )
            ]
        )
    }

    @Test(arguments: [
        (";", "\trip="), ("192.0.2.1", "\trip=192.0.2.1"), ("192.0.2.1;", "\trip=192.0.2.1"),
        ("a;b;25", "\trip=a;b\trport=25"), ("", "\trip="),
    ])
    func `an address is split at its last semicolon`(address: String, words: String) {
        #expect(
            request(ClientLogin(.login, service: "smtp", address: ByteString(address)), initial: nil)
                == "AUTH\t7\tLOGIN\tservice=smtp\tnologin\(words)\n"
        )
    }

    @Test func `the messages of an exchange have lines of their own, and empty ones have a third word`() {
        #expect(answer("alice") == "CONT\t7\tYWxpY2U=\n")
        #expect(answer("") == "CONT\t7\t\n")
    }

    @Test func `an empty initial response is one`() {
        let lines = ClientLogin(.scramSHA256, service: "")
        #expect(request(lines, initial: "") == "AUTH\t7\tSCRAM-SHA-256\tservice=\tnologin\tresp==\n")
        #expect(request(lines, initial: nil) == "AUTH\t7\tSCRAM-SHA-256\tservice=\tnologin\n")
    }

    @Test func `mail servers have minor version 0`() {
        #expect(String(decoding: ClientLogin.greeting(process: 7), as: UTF8.self) == "VERSION\t1\t0\nCPID\t7\n")
        let greeting = ClientLogin.greeting(process: 7, minorVersion: 1)
        #expect(String(decoding: greeting, as: UTF8.self) == "VERSION\t1\t1\nCPID\t7\n")
    }

    @Test func `no line is longer than said`() {
        for mechanism in SASLMechanism.allCases {
            let lines = ClientLogin(mechanism, service: "smtp", address: "2001:db8::1;49152")
            for count in [0, 1, 2, 300] {
                let message = String(repeating: "x", count: count)
                #expect(request(lines, .max, initial: message).utf8.count <= lines.longestLine(message: count))
                #expect(answer(message, .max).utf8.count <= lines.longestLine(message: count))
            }
        }
    }
}
