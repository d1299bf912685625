import Foundation
import TestSupport
import Testing

/// Both makes on a private system, asked about accounts that were made for it.
@Suite(.enabled(if: geteuid() == 0, "accounts of its own take a private system, and that takes root"))
struct AccountTests {
    /// One system for all tests of the suite.
    static let shared = Result { try Bed() }

    final class Bed: Sendable {
        let folder: TemporaryFolder
        private let running: PrivateSystem.Running

        init() throws {
            let folder = try TemporaryFolder()
            self.folder = folder
            let pam = folder.url.appendingPathComponent("pam.d")
            try FileManager.default.createDirectory(at: pam, withIntermediateDirectories: false)
            let services = [
                "smtp": "auth required pam_unix.so nodelay\naccount required pam_unix.so\n",
                "other": "auth required pam_deny.so\naccount required pam_deny.so\n",
                "members": """
                auth required pam_unix.so nodelay
                account required pam_unix.so
                account required pam_succeed_if.so quiet user ingroup mailers

                """,
                "missing": "auth required pam_nosuch.so\naccount required pam_permit.so\n",
                // Long enough for a busy machine to see that nobody waits for it.
                "slow": """
                auth optional pam_faildelay.so delay=8000000
                auth required pam_unix.so nodelay
                account required pam_unix.so

                """,
            ]
            var files = services.map { ("pam.d/\($0)", $1) }
            let only = TestAccount(name: "noshadow", hash: "", shadow: "", pam: "")
            let withheld = TestAccount(name: "withheld", hash: "*NP*", shadow: "", pam: "")
            files.append(("passwd", (TestAccount.all + [only, withheld]).map(\.passwdLine).joined()))
            files.append(("shadow", (TestAccount.all + [withheld]).map(\.shadowLine).joined()))
            files.append(("group", "mailers:x:3001:sha512\n"))
            for (name, text) in files {
                try text.write(toFile: folder.path(name), atomically: false, encoding: .utf8)
            }
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
                "accounts.sh"
            )
            let mechanisms = ["pam", "shadow", "getpwent"]
            running = try PrivateSystem.Running(
                folder,
                ["/bin/sh", script.path, folder.url.path, Programs.directory] + mechanisms,
                sockets: Daemon.Make.allCases.flatMap { make in
                    mechanisms.map { folder.path("\(make).\($0)/mux") }
                }
            )
        }

        func ask(_ make: Daemon.Make, _ mechanism: String, _ fields: String...) throws -> MuxClient.Answer {
            let client = try MuxClient(folder.path("\(make).\(mechanism)/mux"))
            try client.send(fields.flatMap { MuxClient.request($0) })
            return try client.answer()
        }
    }

    let bed: Bed

    init() throws {
        bed = try Self.shared.get()
    }

    @Test(arguments: Daemon.Make.allCases, TestAccount.all)
    func `an account's password is accepted or refused as the table says`(make: Daemon.Make, account: TestAccount)
        throws
    {
        for (mechanism, answer) in [("shadow", account.shadow), ("pam", account.pam), ("getpwent", account.getpwent)]
        where mechanism != "shadow" || account.name != "mustchange" {
            let actual = try bed.ask(make, mechanism, account.name, "secret", "smtp", "")
            // Some accounts have other dates after midnight.
            if TestAccount.day == TestAccount.today { #expect(actual == .text(answer), "\(mechanism)") }
        }
    }

    @Test(arguments: Daemon.Make.allCases, TestAccount.all)
    func `another password is refused, and nothing is said of expiry`(make: Daemon.Make, account: TestAccount) throws {
        for password in ["Secret", "secret ", "x", "*", "!", account.hash] where !password.isEmpty {
            for (mechanism, answer) in [
                ("shadow", "NO Incorrect password"), ("pam", "NO PAM auth error"),
                ("getpwent", "NO Incorrect password"),
            ] {
                #expect(
                    try bed.ask(make, mechanism, account.name, password, "smtp", "") == .text(answer),
                    "\(mechanism)"
                )
            }
        }
    }

    @Test(arguments: Daemon.Make.allCases)
    func `who is not there is told as the original does`(make: Daemon.Make) throws {
        #expect(try bed.ask(make, "pam", "noshadow", "secret", "smtp", "") == .text("NO PAM auth error"))
        for login in [
            "nobodyatall", "yescrypt ", "Yescrypt", "yescrypt\n", "[user=x]", "\u{fc}",
            String(repeating: "a", count: 256),
        ] {
            #expect(
                try bed.ask(make, "shadow", login, "secret", "smtp", "") == .text("NO Invalid username"),
                "\(login)"
            )
            #expect(
                try bed.ask(make, "getpwent", login, "secret", "smtp", "") == .text("NO Invalid username"),
                "\(login)"
            )
            #expect(try bed.ask(make, "pam", login, "secret", "smtp", "") == .text("NO PAM auth error"), "\(login)")
        }
    }

    /// What ours answers otherwise, and for what reason.
    @Test func `nothing found out is no refusal, and no other word for an unknown user`() throws {
        // Without a shadow entry: one answer for all that are not there.
        #expect(
            try bed.ask(.reference, "shadow", "noshadow", "secret", "smtp", "") == .text("NO Invalid shadow username")
        )
        #expect(try bed.ask(.ours, "shadow", "noshadow", "secret", "smtp", "") == .text("NO Invalid username"))
        // A password that has to be changed at once: as pam_unix has it.
        #expect(try bed.ask(.reference, "shadow", "mustchange", "secret", "smtp", "") == .text("OK"))
        #expect(try bed.ask(.ours, "shadow", "mustchange", "secret", "smtp", "") == .text("NO Password expired"))
        // A hash that is withheld, and a module that is not installed, say nothing about a password.
        #expect(
            try bed.ask(.reference, "shadow", "withheld", "secret", "smtp", "")
                == .text("NO Insufficient permission to access NIS authentication database (saslauthd)")
        )
        #expect(try bed.ask(.ours, "shadow", "withheld", "secret", "smtp", "") == .text(""))
        #expect(try bed.ask(.reference, "pam", "sha512", "secret", "missing", "") == .text("NO PAM auth error"))
        #expect(try bed.ask(.ours, "pam", "sha512", "secret", "missing", "") == .text(""))
        // Names with a slash: Linux-PAM would take what stands behind it.
        #expect(try bed.ask(.reference, "pam", "sha512", "secret", "../pam.d/smtp", "") == .text("OK"))
        #expect(try bed.ask(.ours, "pam", "sha512", "secret", "../pam.d/smtp", "") == .text("NO PAM auth error"))
    }

    @Test(arguments: Daemon.Make.allCases)
    func `the client's service is PAM's, in any case, and else it is other`(make: Daemon.Make) throws {
        #expect(try bed.ask(make, "pam", "sha512", "secret", "SMTP", "") == .text("OK"))
        #expect(try bed.ask(make, "pam", "sha512", "secret", "", "") == .text("NO PAM auth error"))
        #expect(try bed.ask(make, "pam", "sha512", "secret", "nosuch", "") == .text("NO PAM auth error"))
        #expect(try bed.ask(make, "pam", "sha512", "secret", "members", "") == .text("OK"))
        #expect(try bed.ask(make, "pam", "sha256", "secret", "members", "") == .text("NO PAM acct error"))
        #expect(try bed.ask(make, "pam", "sha256", "wrong", "members", "") == .text("NO PAM auth error"))
    }

    @Test func `a module's delay is the client's, and no worker's`() throws {
        let clients = try (0..<40).map { _ in
            let client = try MuxClient(bed.folder.path("ours.pam/mux"))
            try client.send(MuxClient.request("sha512", "wrong", "slow", ""))
            return client
        }
        // There are at most 32 workers, so an answer now shows that none of them waits.
        #expect(try bed.ask(.ours, "pam", "sha512", "secret", "slow", "") == .text("OK"))
        #expect(try clients[39].answer(milliseconds: 0) == .silence)
        for client in clients { #expect(try client.answer() == .text("NO PAM auth error")) }
    }

    @Test func `no log holds a password or a hash, and what came off the wire is one escaped line`() throws {
        let password = "\u{fc}ber geheim]"
        for (mechanism, account) in [("pam", "sha512"), ("shadow", "sha512"), ("getpwent", "inpasswd")] {
            for login in ["a\n[user=x]", "]\u{1b}[31m", "\u{e4}"] {
                _ = try bed.ask(.ours, mechanism, login, password, "smtp", "re]alm")
            }
            #expect(try bed.ask(.ours, mechanism, account, password, "smtp", "") != .text("OK"))
            #expect(try bed.ask(.ours, mechanism, account, "secret", "smtp", "") == .text("OK"))
            let path = bed.folder.path("ours.\(mechanism).log")
            let read = { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
            #expect(waitUntil { read().contains("auth success: [user=\(account)]") })
            let log = read()
            #expect(
                log.contains(
                    "auth failure: [user=a\\n\\x5buser=x\\x5d] [service=smtp] [realm=re\\x5dalm] [mech=\(mechanism)]"
                )
            )
            #expect(log.contains("[user=\\x5d\\x1b\\x5b31m]") && log.contains("[user=\\xc3\\xa4]"))
            // The original's lines, which do hold hashes, are in the system's log as well.
            let workers = log.matches(of: #/worker (\d+) is ready/#).map { "[\($0.1)]: " }
            let system = try String(contentsOfFile: bed.folder.path("syslog"), encoding: .utf8).split(separator: "\n")
            let ours = system.filter { line in workers.contains { line.contains($0) } }
            for secret in ["geheim", "secret", "Ambw1zh", "$6$", "$y$"] {
                #expect(!log.contains(secret) && !ours.contains { $0.contains(secret) }, "\(secret)")
            }
        }
    }

    @Test func `PAM modules write into the system's log under the daemon's name`() throws {
        _ = try bed.ask(.ours, "pam", "sha512", "wrong", "smtp", "")
        let text = "pam_unix(smtp:auth): authentication failure;"
        let system = { (try? String(contentsOfFile: bed.folder.path("syslog"), encoding: .utf8)) ?? "" }
        #expect(waitUntil { system().contains(text) })
        let lines = system().split(separator: "\n").filter { $0.contains(text) }
        #expect(lines.allSatisfy { $0.contains(#/ saslauthd\[\d+\]: pam_unix/#) })
    }

    @Test func `a shadow file that is gone says nothing about a password, and nothing is restarted when it is back`()
        throws
    {
        let folder = try TemporaryFolder()
        let script = """
            echo 'alice:x:3000:3000::/:/bin/sh' >>/etc/passwd
            echo 'alice:8Z34qK3.38kQg:20000:0:99999:7:::' >>/etc/shadow
            mkdir -m 755 /run/ours
            "$1/saslauthd" -a shadow --throttle off -m /run/ours 2>/run/log
            ask() { "$1/testsaslauthd" -u $2 -p $3 -s smtp -f /run/ours/mux >/dev/null 2>&1 && code=0 || code=$?; echo "$2 $3 $code"; }
            ask "$1" alice secret
            mv /etc/shadow /etc/away
            ask "$1" alice secret; ask "$1" alice wrong; ask "$1" nobodyatall secret
            mv /etc/away /etc/shadow
            ask "$1" alice secret; ask "$1" alice wrong
            """
        let result = try PrivateSystem.run(folder, ["/bin/bash", "-c", script, "sh", Programs.directory])
        #expect(
            result.output == """
                alice secret 0
                alice secret 2
                alice wrong 2
                nobodyatall secret 1
                alice secret 0
                alice wrong 1

                """,
            "\(result.complaints)"
        )
    }

    @Test(arguments: ["shadow", "getpwent"])
    func `a worker that can open no file does not say that there is no such user`(mechanism: String) throws {
        let folder = try TemporaryFolder()
        let script = """
            echo 'alice:8Z34qK3.38kQg:3000:3000::/:/bin/sh' >>/etc/passwd
            echo 'alice:8Z34qK3.38kQg:20000:0:99999:7:::' >>/etc/shadow
            printf 'passwd: files systemd\nshadow: files systemd\n' >/etc/nsswitch.conf
            mkdir -m 755 /run/ours
            "$1/saslauthd" -a "$2" --throttle off -m /run/ours 2>/run/log
            ask() { "$1/testsaslauthd" -u $2 -p $3 -s smtp -f /run/ours/mux >/dev/null 2>&1 && code=0 || code=$?; echo "$2 $3 $code"; }
            ask "$1" alice secret; ask "$1" nobodyatall secret
            worker=$(pgrep -f "^saslauthd-$2")
            prlimit --pid "$worker" --nofile=3:
            ask "$1" alice secret; ask "$1" nobodyatall secret
            prlimit --pid "$worker" --nofile=1024:
            ask "$1" alice secret; ask "$1" alice wrong; ask "$1" nobodyatall secret
            """
        let result = try PrivateSystem.run(folder, ["/bin/bash", "-c", script, "sh", Programs.directory, mechanism])
        #expect(
            result.output == """
                alice secret 0
                nobodyatall secret 1
                alice secret 2
                nobodyatall secret 2
                alice secret 0
                alice wrong 1
                nobodyatall secret 1

                """,
            "\(result.complaints)"
        )
    }

    @Test func `without root it is the group that counts, and who is not in it is told at the start`() throws {
        let folder = try TemporaryFolder()
        let script = """
            echo 'alice:x:3000:3000::/:/bin/sh' >>/etc/passwd
            echo 'alice:8Z34qK3.38kQg:20000:0:99999:7:::' >>/etc/shadow
            printf 'auth required pam_unix.so nodelay\\naccount required pam_unix.so\\n' >/etc/pam.d/smtp
            mkdir -m 700 /run/ours && chown nobody /run/ours
            for mechanism in shadow pam; do
                for groups in --clear-groups --groups=shadow; do
                    if ! setpriv --reuid=nobody --regid=nogroup $groups "$1/saslauthd" -a $mechanism -m /run/ours 2>/run/log; then
                        sed 's/^.*) \\?://' /run/log
                        continue
                    fi
                    for password in secret wrong; do
                        "$1/testsaslauthd" -u alice -p $password -s smtp -f /run/ours/mux >/dev/null 2>&1 && code=0 || code=$?
                        echo "$mechanism $groups $password $code"
                    done
                    pid=$(cat /run/ours/saslauthd.pid)
                    kill $pid
                    while [ -e /proc/$pid ]; do sleep 0.02; done
                done
            done
            """
        let result = try PrivateSystem.run(folder, ["/bin/bash", "-c", script, "sh", Programs.directory])
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(
            lines.filter { $0.hasPrefix("shadow ") || $0.hasPrefix("pam ") } == [
                "shadow --groups=shadow secret 0", "shadow --groups=shadow wrong 1",
                "pam --clear-groups secret 2", "pam --clear-groups wrong 2",
                "pam --groups=shadow secret 0", "pam --groups=shadow wrong 1",
            ]
        )
        let why = "failed to initialize mechanism shadow: cannot read /etc/shadow: start the daemon as root"
        #expect(lines.contains { $0.contains(why) }, "\(result)")
        let system = try String(contentsOfFile: folder.path("syslog"), encoding: .utf8)
        #expect(system.contains("pam: cannot read /etc/shadow, so pam_unix cannot check passwords"))
    }
}
