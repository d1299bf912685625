import Foundation
import TestSupport
import Testing

/// `--check` with mail servers that behave in odd ways: what is printed, and that it is never the password.
@Suite struct MailCheckTests {
    private func check(_ behaviour: String, _ parameters: String = "", password: String = "secret") throws -> (
        output: String, server: String, status: Int32
    ) {
        let server = try BackgroundProgram.mailServer(behaviour)
        let url = "imap://127.0.0.1:\(server.firstLine)"
        let timeout = behaviour == "silent" ? 2 : 20
        let result = try Command(
            Programs.path("saslauthd"),
            ["-a", "rimap", "-O", "\(url)?timeout=\(timeout)\(parameters)", "--check", "alice"]
        ).run(input: password + "\n")
        return (result.output + result.complaints, url, result.status)
    }

    private static let temporary = "\nthe client would get: a temporary failure (exit status 2)\n"

    @Test(arguments: [
        ("silent", "; SERVER: timed out after 2 s, waiting for a connection and a greeting"),
        ("garbage", "no verdict: SERVER: unexpected greeting: \"SSH-2.0-OpenSSH\""),
        ("bye", "no verdict: SERVER: the server says \"* BYE go away\""),
        ("preauth", "no verdict: SERVER: the server considers the connection logged in already (PREAUTH)"),
        ("disabled", "SERVER: login methods listed: LOGINDISABLED"),
        ("disabled", "no verdict: SERVER: login requires TLS: use imaps://, or starttls=required (LOGINDISABLED)"),
        ("many-capabilities", "SERVER: login method: AUTHENTICATE PLAIN"),
        ("answer-echo", "SERVER: reply: (a text that contains the password)"),
        ("answer-bye", "SERVER: reply: \"* BYE away\""), ("answer-close", "SERVER: the server closed the connection"),
        ("answer-endless", "no verdict: SERVER: the server sent more than a reply to a login has"),
        ("answer-garbage", "HTTP/1.1 200 OK"),
        ("answer-unavailable", "SERVER: reply: \"S2 NO [UNAVAILABLE] database is down\""),
        ("login-alone-no", "SERVER: reply: \"S2 NO AUTHENTICATE mechanism not supported, mate\""),
        ("login-alone-no", "SERVER: login method: LOGIN, because the server refused AUTHENTICATE PLAIN: "),
        ("login-alone-close", "SERVER: trying SERVER next"), ("flood", "sent more than 65536 bytes before the login"),
    ])
    func `the server's part is printed in one line each, cut and escaped`(behaviour: String, line: String) throws {
        let result = try check(behaviour)
        #expect(
            result.output.split(separator: "\n").contains {
                $0.contains(line.replacing("SERVER", with: result.server))
            },
            "\(result.output)"
        )
        let isAccepted = ["many-capabilities", "login-alone-no", "login-alone-close"].contains(behaviour)
        #expect(result.output.hasSuffix(isAccepted ? "OK (exit status 0)\n" : Self.temporary), "\(result.output)")
        #expect(result.output.utf8.allSatisfy { $0 == 0x0A || 0x20...0x7E ~= $0 || $0 > 0x7F })
        #expect(result.output.split(separator: "\n").allSatisfy { $0.count < 400 })
    }

    @Test(arguments: ["answer-echo", "answer-bad", "good", "old", "login-alone-bad", "answer-forbidden"])
    func `no output has the password, in no form`(behaviour: String) throws {
        for parameters in ["", "&auth=login", "&auth=plain"] {
            let password = "Secret-Word"
            let result = try check(behaviour, parameters, password: password)
            for message in [password, "\0alice\0\(password)"] {
                let base64 = Data(message.utf8).base64EncodedString()
                #expect(!result.output.contains(message) && !result.output.contains(base64), "\(result.output)")
                #expect(!result.output.contains(base64.prefix(base64.count - 4)), "\(result.output)")
            }
        }
    }

    @Test func `a wrong password is a refusal, with what to do`() throws {
        let result = try check("good", password: "wrong")
        #expect(
            result.output.hasSuffix(
                """
                  \(result.server): reply: "S2 NO [AUTHENTICATIONFAILED] no"
                  verdict: refused: wrong login or password
                to do: use -r if the users of the server are whole addresses
                to do: read the log of the server, which may say why
                the client would get: NO (exit status 1)

                """
            ),
            "\(result.output)"
        )
        #expect(result.status == 1)
    }

    @Test func `each server that was tried has its lines`() throws {
        let good = try BackgroundProgram.mailServer("good")
        let url = "imap://127.0.0.1:\(good.firstLine)"
        let result = try Command(
            Programs.path("saslauthd"),
            ["-a", "rimap", "-O", "imap://127.0.0.1:1 \(url)", "--check", "alice"]
        ).run(input: "secret\n")
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.contains("  imap://127.0.0.1:1: not connected"), "\(result)")
        #expect(lines.contains { $0.hasPrefix("  warning: imap://127.0.0.1:1 failed, skipping it for 10 s: ") })
        #expect(lines.contains("  imap://127.0.0.1:1: trying \(url) next"))
        #expect(lines.suffix(2) == ["  verdict: accepted", "the client would get: OK (exit status 0)"])
    }
}
