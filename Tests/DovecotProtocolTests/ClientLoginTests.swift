import Authentication
import Testing

@testable import DovecotProtocol

@Suite struct ClientLoginTests {
    private func login(
        _ mechanism: ClientLogin.Mechanism,
        _ user: String,
        _ password: String,
        service: String = "smtp",
        address: ByteString? = nil
    ) -> ClientLogin {
        ClientLogin(
            mechanism,
            user: ByteString(user),
            password: Secret(copying: Array(password.utf8).span),
            service: ByteString(service),
            address: address
        )
    }

    private func request(_ login: ClientLogin) -> String {
        var lines: [UInt8] = []
        login.appendRequest(7, to: &lines)
        return String(decoding: lines, as: UTF8.self)
    }

    @Test func `the server reads what the client writes, also bytes that have a meaning`() {
        var trial = Trial(minorVersion: nil)
        #expect(trial.feed(ClientLogin.greeting(process: 4711)) == [])
        let odd = "s\t\r\n\u{1}\0=é"
        #expect(
            trial.feed(Array(request(login(.plain, "alice", "se cret", service: "x\t\r\n\u{1}é")).utf8)) == [
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
            other.feed(Array(request(login(.plain, odd, odd, address: "2001:db8::1;25")).utf8)) == [
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
            request(login(.login, "a", "b", address: ByteString(address)))
                == "AUTH\t7\tLOGIN\tservice=smtp\tnologin\(words)\n"
        )
    }

    @Test func `LOGIN has name and password in lines of their own, and empty ones have a third word`() {
        let login = login(.login, "alice", "")
        var lines: [UInt8] = []
        for number in 0..<login.challenges { login.appendAnswer(number, 7, to: &lines) }
        #expect(String(decoding: lines, as: UTF8.self) == "CONT\t7\tYWxpY2U=\nCONT\t7\t\n")
    }

    @Test func `no line is longer than said`() {
        for mechanism in ClientLogin.Mechanism.allCases {
            let login = login(mechanism, "alice", String(repeating: "x", count: 300))
            var lines: [UInt8] = []
            login.appendRequest(.max, to: &lines)
            #expect(lines.count <= login.longestLine)
            for number in 0..<login.challenges {
                lines = []
                login.appendAnswer(number, .max, to: &lines)
                #expect(lines.count <= login.longestLine)
            }
        }
    }
}
