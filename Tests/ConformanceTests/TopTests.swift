import Foundation
import TestSupport
import Testing

/// What saslauthctl top shows, and what it leaves of a terminal.
@Suite struct TopTests {
    @Test func `top watches a daemon on a terminal, through a restart, and leaves the terminal as it was`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("top.py").path
        let daemon = [Programs.path("saslauthd"), "-d", "-a", "scripted", "-m", folder.url.path]
        let words = ["--pdeathsig", "KILL", "/usr/bin/python3", script, Programs.path("saslauthctl"), folder.url.path]
        let result = try Command("/usr/bin/setpriv", words + daemon).run()
        #expect(
            result.output == """
                q: right
                interrupt key: right
                SIGTERM: right
                SIGHUP: right
                SIGQUIT: right
                stopped: right
                narrow: right
                restarted: right
                colours: right
                dumb: right
                hung up: right
                plain: right
                a pipe without a reader: right

                """
        )
        #expect(result.status == 0, "\(result.complaints)")
    }

    @Test func `top says why it cannot begin`() throws {
        let folder = try TemporaryFolder()
        let result = try Command(Programs.path("saslauthctl"), "-m", folder.url.path, "top").run()
        #expect(result.status == 2 && result.output == "")
        #expect(result.complaints.contains("/control: No such file or directory\nIs saslauthd running?"))
        for words in [["--interval", "0"], ["--interval", "3601"], ["-n", "0"], ["--count", "x"]] {
            #expect(try Command(Programs.path("saslauthctl"), ["top"] + words).run().status == 64)
        }
    }

    @Test func `top shows what clients are answered`() throws {
        let daemon = try Daemon.scripted("-c")
        for _ in 0..<3 { #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK")) }
        #expect(try daemon.ask("down", "secret", "smtp", "") == .text(""))
        let top = ["-m", daemon.folder.url.path, "top", "-n", "1"]
        let result = try Command(Programs.path("saslauthctl"), top).run()
        #expect(result.status == 0 && result.complaints == "")
        #expect(
            result.output.contains(
                #/\nlogins    [0-9.]*[1-9][0-9.]*\/s OK, 0.0\/s NO, [0-9.]*[1-9][0-9.]*\/s temporary/#
            )
        )
        #expect(result.output.contains(#/\ncache     1 passwords, .* hits, 50 % of all logins\n/#))
        #expect(result.output.contains(#/\n  down for \d+ s: it reaches nobody\n/#))
    }
}
