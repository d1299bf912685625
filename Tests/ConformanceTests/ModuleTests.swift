import Foundation
import TestSupport
import Testing

/// Our daemon with PAM modules that crash, hang, leak and ask what nobody can answer.
@Suite(.enabled(if: geteuid() == 0, "PAM services of its own take a private system, and that takes root"))
struct ModuleTests {
    static let right = "right horse"

    /// Makes the tests' module, in `folder`; gives its path.
    static func module(in folder: TemporaryFolder) throws -> String {
        let support = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let source = support.appendingPathComponent("Support/pam_trial.c").path
        let module = folder.path("pam_trial.so")
        let made = try Command("/usr/bin/cc", "-shared", "-fPIC", "-Wall", "-Werror", "-o", module, source, "-lpam")
            .run()
        try #require(made.status == 0, "\(made.complaints)")
        return module
    }

    /// A daemon with mechanism pam whose service `trial` is the tests' module, on a system of its own.
    final class Bed: Sendable {
        let folder: TemporaryFolder
        private let running: PrivateSystem.Running

        init(_ arguments: String...) throws {
            folder = try TemporaryFolder()
            let module = try ModuleTests.module(in: folder)
            let services = [
                "trial": "auth required \(module)\naccount required \(module)\n",
                "remote": "auth required pam_exec.so quiet \(folder.path("remote"))\naccount required pam_permit.so\n",
                "other": "auth required pam_deny.so\naccount required pam_deny.so\n",
            ]
            try FileManager.default.createDirectory(atPath: folder.path("pam.d"), withIntermediateDirectories: false)
            for (name, text) in services {
                try text.write(toFile: folder.path("pam.d/\(name)"), atomically: false, encoding: .utf8)
            }
            try "#!/bin/sh\necho \"$PAM_SERVICE $PAM_USER ${PAM_RHOST-none}\" >>\(folder.path("remotes"))\n".write(
                toFile: folder.path("remote"),
                atomically: false,
                encoding: .utf8
            )
            try Command("/bin/chmod", "755", folder.path("remote")).run()
            let script =
                "cp \"$1\"/pam.d/* /etc/pam.d && mkdir -m 755 \"$1/run\" && exec 2>\"$1/log\" && shift && exec \"$@\""
            running = try PrivateSystem.Running(
                folder,
                ["/bin/sh", "-c", script, "sh", folder.url.path, Programs.path("saslauthd"), "-a", "pam", "-d"]
                    + ["--throttle", "off"]
                    + ["-m", folder.path("run")] + arguments,
                sockets: [folder.path("run/mux")]
            )
        }

        var log: String { (try? String(contentsOfFile: folder.path("log"), encoding: .utf8)) ?? "" }

        func client(_ fields: String...) throws -> MuxClient {
            let client = try MuxClient(folder.path("run/mux"))
            try client.send(fields.flatMap { MuxClient.request($0) })
            return client
        }

        func ask(_ login: String, _ password: String = ModuleTests.right, service: String = "trial") throws
            -> MuxClient.Answer
        {
            try client(login, password, service, "").answer()
        }
    }

    static let shared = Result { try Bed() }

    @Test func `questions of every kind have the answers that they should`() throws {
        let bed = try Self.shared.get()
        #expect(try bed.ask("odd") == .text("OK"))
        #expect(
            waitUntil {
                bed.log.contains("unsupported PAM prompt, left unanswered: What colour?")
            }
        )
        #expect(!bed.log.contains("horse"))
    }

    @Test(arguments: [
        ("anyone", "OK"), ("denied", "NO PAM acct error"), ("renew", "NO PAM acct error"),
        ("stale", "NO PAM acct error"),
        ("expired", "NO PAM acct error"), ("unknown", "NO PAM auth error"), ("tries", "NO PAM auth error"),
        ("system", "NO PAM auth error"), ("service", ""), ("unavailable", ""), ("aborted", ""), ("nowhere", ""),
    ])
    func `what a module says is told`(login: String, answer: String) throws {
        let bed = try Self.shared.get()
        #expect(try bed.ask(login) == .text(answer))
    }

    /// Linux-PAM's numbers that say that no module has judged; 25, PAM_IGNORE, is no judgement of one module, and a refusal by all.
    @Test func `every other status but these is a refusal, in both phases`() throws {
        let bed = try Self.shared.get()
        let unavailable = [1, 2, 3, 5, 8, 9, 15, 18, 22, 24, 26, 28, 29, 30, 31]
        for status in 1...33 {
            for (phase, refusal) in [("auth", "NO PAM auth error"), ("acct", "NO PAM acct error")] {
                let answer = unavailable.contains(status) ? "" : refusal
                #expect(try bed.ask("\(phase)-\(status)") == .text(answer), "\(phase) \(status)")
            }
        }
        #expect(try bed.ask("auth-0") == .text("OK") && bed.ask("acct-0") == .text("OK"))
    }

    @Test func `the client's address is the modules', where there is one`() throws {
        let bed = try Self.shared.get()
        for remote in ["192.0.2.7;4711", "2001:db8::7;4711", "", "1.2.3.4 x=y;1"] {
            #expect(try bed.client("eve", "x", "remote", "", remote).answer() == .text("OK"))
        }
        #expect(try bed.client("eve", "x", "remote", "").answer() == .text("OK"))
        let seen = try String(contentsOfFile: bed.folder.path("remotes"), encoding: .utf8)
        #expect(
            seen == "remote eve 192.0.2.7\nremote eve 2001:db8::7\n" + String(repeating: "remote eve none\n", count: 3)
        )
    }

    @Test func `a module that hangs keeps no other waiting, and its worker is replaced`() throws {
        let bed = try Bed("--timeout", "5", "-n", "4")
        let hanging = try (0..<3).map { _ in try bed.client("hang", Self.right, "trial", "") }
        for _ in 0..<20 { #expect(try bed.ask("anyone") == .text("OK")) }
        for client in hanging { #expect(try client.answer() == .text("")) }
        #expect(waitUntil { bed.log.components(separatedBy: "was killed by signal 9").count == 4 })
        #expect(try bed.ask("anyone") == .text("OK"))
    }

    @Test func `a worker whose module loses memory is replaced before it is too large, and no request is lost`() throws
    {
        let bed = try Bed("--max-memory", "48", "-n", "2")
        for _ in 0..<800 { #expect(try bed.ask("leak") == .text("OK")) }
        #expect(bed.log.contains("exceeds 48 MB (--max-memory); replacing it"))
    }

    @Test func `a worker is replaced after its number of requests`() throws {
        let bed = try Bed("--max-requests", "10", "-n", "1")
        for _ in 0..<95 { #expect(try bed.ask("anyone") == .text("OK")) }
        // One request more than the test's was to see that the socket is there.
        #expect(waitUntil { bed.log.components(separatedBy: "is ready for 1 requests").count - 1 == 10 })
    }

    @Test func `of a thousand requests every tenth ends its worker, and every other has its right answer`() throws {
        let bed = try Bed("-n", "8")
        let ways = ["crash", "abort", "exit"]
        var clients: [(isFatal: Bool, password: String, client: MuxClient)] = []
        for number in 0..<1000 {
            let login = number % 10 == 9 ? ways[number / 10 % 3] : "anyone"
            let password = number % 2 == 0 ? Self.right : "wrong"
            clients.append((login != "anyone", password, try bed.client(login, password, "trial", "")))
        }
        for (isFatal, password, client) in clients {
            let answer = isFatal ? "" : password == Self.right ? "OK" : "NO PAM auth error"
            #expect(try client.answer() == .text(answer))
        }
        #expect(bed.log.contains("pam workers keep crashing; delaying the next start by"))
        #expect(try bed.ask("anyone") == .text("OK"))
    }
}
