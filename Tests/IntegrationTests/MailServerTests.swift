import Foundation
import TestSupport
import Testing

/// One daemon in front of one server that behaves in one way.
private struct Bed {
    let server: BackgroundProgram
    let daemon: Daemon

    init(_ behaviour: String, _ parameters: String = "") throws {
        server = try .mailServer(behaviour)
        daemon = try .ours("rimap", "imap://127.0.0.1:\(server.firstLine)?timeout=6\(parameters)")
    }

    func ask(_ login: String = "alice", _ password: String = "secret") throws -> MuxClient.Answer {
        try daemon.ask(login, password, "smtp", "")
    }

    /// The most memory that the mechanism's process has had, in KiB.
    func peakMemory() throws -> Int {
        let line = daemon.log.split(separator: "\n").first { $0.contains("is ready for") }
        let pid = try #require(line?.split(separator: " ").compactMap { Int($0) }.first)
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let peak = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(peak.filter(\.isNumber)))
    }
}

/// The answer of length zero, for no verdict.
private let unavailable = MuxClient.Answer.text("")
private let accepted = MuxClient.Answer.text("OK remote authentication successful")
private let refused = MuxClient.Answer.text("NO remote server rejected your credentials")

@Suite struct MailServerTests {
    @Test(arguments: [
        ("silent", "timed out after 6 s, waiting for a connection and a greeting"),
        ("slow", "timed out after 6 s"), ("close", "127.0.0.1"),
        ("garbage", "unexpected greeting: \"SSH-2.0"),
        ("endless", "127.0.0.1"), ("flood", "the server sent more than 65536 bytes before the login"),
        ("bye", "the server says \"* BYE go away\""),
        ("preauth", "(PREAUTH)"), ("disabled", "use imaps://, or starttls=required (LOGINDISABLED)"),
        ("answer-bad", "\"S2 BAD no\""), ("answer-bye", "\"* BYE away\""), ("answer-close", "closed the connection"),
        ("answer-continuation", "\"+ go on\""), ("answer-echo", "(a text that contains the password)"),
        ("answer-endless", "more than a reply"),
        ("answer-flood", "more than a reply"),
        ("answer-garbage", "HTTP/1.1 200 OK"), ("answer-half", "closed the connection"),
        ("answer-inuse", "INUSE"), ("answer-literal", "closed the connection"), ("answer-okay", "\"S2 OKAY\""),
        ("answer-other", "\"XS2 OK other tag\""), ("answer-preauth", "\"S2 PREAUTH\""), ("answer-privacy", "TLS"),
        ("answer-unavailable", "database is down"), ("answer-untagged", "closed the connection"),
        ("answer-word", "\"S2\""),
    ])
    func `a server that does not answer properly decides nothing, and the log says why`(
        behaviour: String,
        reason: String
    ) throws {
        let bed = try Bed(behaviour)
        #expect(try bed.ask() == unavailable)
        #expect(bed.daemon.wait { bed.daemon.log.contains("auth unavailable: [user=alice]") })
        #expect(bed.daemon.log.contains(reason))
        #expect(!bed.daemon.log.contains("secret"))
        #expect(!bed.daemon.log.contains("AGFsaWNl"))
        #expect(try bed.peakMemory() < 100_000)
    }

    @Test(arguments: ["answer-expired", "answer-forbidden"])
    func `some codes are refusals`(behaviour: String) throws {
        #expect(try Bed(behaviour).ask() == refused)
    }

    @Test(arguments: ["good", "split", "many-capabilities"])
    func `a good server is understood however its bytes come`(behaviour: String) throws {
        let bed = try Bed(behaviour)
        #expect(try bed.ask() == accepted)
        #expect(try bed.ask("alice", "Secret") == refused)
        #expect(try bed.ask("alice\r\nA9 NOOP", "secret") == refused)
        #expect(try bed.ask("alice", "secret\n") == refused)
        #expect(!bed.server.output.contains("NOOP"))
    }

    @Test(arguments: ["login-alone-no", "login-alone-bad", "login-alone-close"])
    func `a server that lists AUTHENTICATE and knows LOGIN alone is asked by LOGIN, and then by nothing else`(
        behaviour: String
    ) throws {
        let bed = try Bed(behaviour)
        #expect(try bed.ask("alice", "Secret") == refused)
        #expect(try bed.ask() == accepted)
        let commands = bed.server.output.split(separator: "\n").filter {
            $0.contains("AUTHENTICATE") || $0.contains("LOGIN")
        }
        let first = behaviour == "login-alone-close" ? "S2" : "S3"
        #expect(commands == ["got S2 AUTHENTICATE PLAIN", "got \(first) LOGIN ...", "got S2 LOGIN ..."])
        #expect(
            bed.daemon.log.components(separatedBy: "lists PLAIN but refuses it; using LOGIN for an hour").count == 2
        )
    }

    @Test func `a server that crashes over AUTHENTICATE is asked by it again`() throws {
        let bed = try Bed("restarts")
        #expect(try bed.ask() == unavailable)
        #expect(try bed.ask() == accepted)
        let commands = bed.server.output.split(separator: "\n").filter {
            $0.contains("AUTHENTICATE") || $0.contains("LOGIN")
        }
        #expect(commands == ["got S2 AUTHENTICATE PLAIN", "got S2 LOGIN ...", "got S2 AUTHENTICATE PLAIN"])
        #expect(!bed.daemon.log.contains("refuses it"))
    }

    @Test func `credentials go with their command after the server has asked for them once`() throws {
        let bed = try Bed("good")
        for _ in 0..<3 { #expect(try bed.ask() == accepted) }
        let commands = bed.server.output.split(separator: "\n").filter { $0.contains("AUTHENTICATE") }
        #expect(commands == ["PLAIN", "PLAIN ...", "PLAIN ..."].map { "got S2 AUTHENTICATE " + $0 })
    }

    @Test func `an old server's long data, small letters and bare line feeds are understood`() throws {
        let bed = try Bed("old")
        #expect(try bed.ask() == accepted)
        #expect(try bed.ask("alice", "Secret") == refused)
    }

    @Test func `every byte of a password but zero and the ends of lines reaches the server as it is`() throws {
        let bed = try Bed("good")
        for byte in UInt8(1)...255 {
            let client = try MuxClient(bed.daemon.socket)
            let login = Array("byte\(byte)".utf8)
            try client.send(MuxClient.request(login, [0x61, byte, 0x7A], Array("smtp".utf8), []))
            #expect(try client.answer() == (byte == 10 || byte == 13 ? refused : accepted), "\(byte)")
        }
        #expect(try bed.ask("byte97", "abz") == refused)
    }

    @Test func `what is said before TLS is not taken for said behind it, and nothing is sent`() throws {
        let bed = try Bed("injected", "&starttls=required")
        #expect(try bed.ask() == unavailable)
        #expect(bed.server.output.contains("got A002 STARTTLS"))
        #expect(!bed.server.output.contains("AUTHENTICATE"))
    }

    @Test func `a server without TLS is not sent a password where TLS is required`() throws {
        let bed = try Bed("good", "&starttls=required")
        #expect(try bed.ask() == unavailable)
        #expect(bed.daemon.wait { bed.daemon.log.contains("STARTTLS not available") })
        #expect(!bed.server.output.contains("AUTHENTICATE"))
    }

    @Test func `where TLS is tried, the log says once that there is none`() throws {
        let bed = try Bed("good", "&starttls=try")
        for _ in 0..<3 { #expect(try bed.ask() == accepted) }
        #expect(bed.daemon.log.components(separatedBy: "sending passwords unencrypted").count == 2)
    }

    @Test func `where TLS is tried, no password follows an unread offer, and a broken offer is logged`() throws {
        let bed = try Bed("small-starttls", "&starttls=try")
        #expect(try bed.ask() == unavailable)
        #expect(bed.daemon.wait { bed.daemon.log.contains("the server lists STARTTLS or STLS in lower case") })
        #expect(!bed.server.output.contains("AUTHENTICATE"))
        let listed = try Bed("listed-starttls", "&starttls=try")
        #expect(try listed.ask() == accepted)
        #expect(listed.daemon.log.contains("refuses the TLS that it offers; sending passwords unencrypted"))
    }

    @Test func `others are served while some wait for an answer, or for a greeting`() throws {
        for behaviour in ["good", "first-silent"] {
            let bed = try Bed(behaviour)
            let stuck = try (0..<20).map { _ in
                let client = try MuxClient(bed.daemon.socket)
                try client.send(MuxClient.request("stuck", "secret", "smtp", ""))
                return client
            }
            // Before the twentieth has its silence, another could get it.
            #expect(bed.daemon.wait { bed.server.output.components(separatedBy: "connection").count > 20 })
            #expect(try bed.ask() == accepted)
            for client in stuck { #expect(try client.answer() == unavailable) }
            #expect(try bed.ask() == accepted)
        }
    }

    @Test func `a server that says nothing is left for the next one, which is then asked first`() throws {
        let silent = try BackgroundProgram.mailServer("silent")
        let good = try BackgroundProgram.mailServer("good")
        let option = "imap://127.0.0.1:\(silent.firstLine)?timeout=8 imap://127.0.0.1:\(good.firstLine)"
        let daemon = try Daemon.ours("rimap", option)
        for _ in 0..<3 { #expect(try daemon.ask("alice", "secret", "smtp", "") == accepted) }
        #expect(try daemon.ask("alice", "Secret", "smtp", "") == refused)
        #expect(daemon.log.components(separatedBy: "failed, skipping it for 10 s: ").count == 2)
        #expect(silent.output.components(separatedBy: "connection").count == 2)
    }

    @Test(arguments: [
        ("rimap", "imap://h?tls=yes", #"unknown key "tls": expected auth"#),
        ("pop3", "imap://h", #""imap" is neither pop3 nor pop3s"#),
        ("rimap", "imaps://h?ca=/nonexistent", "ca=/nonexistent: No such file or directory"),
    ])
    func `the daemon does not start with an option that is wrong, and says what is`(
        mechanism: String,
        option: String,
        reason: String
    ) throws {
        let folder = try TemporaryFolder()
        let command = Command(Programs.path("saslauthd"), "-a", mechanism, "-O", option, "-d", "-m", folder.url.path)
        let result = try command.run()
        #expect(result.status == 1)
        #expect(result.complaints.contains(reason), "\(result.complaints)")
    }

    @Test func `the client's address is passed on where that is asked for`() throws {
        let bed = try Bed("good", "&id=yes")
        #expect(try bed.daemon.ask("alice", "secret", "smtp", "", "192.0.2.7;4711") == accepted)
        #expect(
            bed.server.output.contains(#"id S1 ID ("x-originating-ip" "192.0.2.7" "x-originating-port" "4711")"#)
        )
        #expect(try bed.ask() == accepted)
    }

    @Test func `a TLS session is used again`() throws {
        let certificates = try TestCertificates()
        let file = try certificates.certificate(for: "localhost")
        let server = try BackgroundProgram.mailServer("tls", file)
        let option = "imaps://127.0.0.1:\(server.firstLine)?name=localhost&ca=\(certificates.authority)"
        let daemon = try Daemon.ours("rimap", option)
        for _ in 0..<3 { #expect(try daemon.ask("alice", "secret", "smtp", "") == accepted) }
        #expect(server.output.components(separatedBy: "reused False").count == 2)
        #expect(server.output.components(separatedBy: "reused True").count == 3)
    }
}
