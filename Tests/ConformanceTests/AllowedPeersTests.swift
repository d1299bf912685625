import Foundation
import TestSupport
import Testing

/// Options `--allow-user`, `--allow-group`, `--socket-mode` and `--socket-group`, tried by other accounts.
@Suite(.enabled(if: geteuid() == 0, "to be another account takes root"))
struct AllowedPeersTests {
    /// What a request by an account with these rights comes to: testsaslauthd's exit code.
    private func ask(_ daemon: Daemon, as rights: String...) throws -> Int32 {
        let ask = [Programs.path("testsaslauthd"), "-u", "alice", "-p", "secret", "-f", daemon.socket]
        return try Command("/usr/bin/setpriv", rights + ask).run().status
    }

    @Test func `without the options everyone may ask who can reach the socket`() throws {
        let daemon = try Daemon.scripted()
        #expect(try ask(daemon, as: "--reuid=nobody", "--regid=nogroup", "--clear-groups") == 0)
    }

    @Test func `accounts and groups that are named may ask, and root; others are closed and told of once`() throws {
        let daemon = try Daemon.scripted("--allow-user", "daemon", "--allow-group", "mail")
        #expect(try ask(daemon, as: "--reuid=daemon", "--regid=nogroup", "--clear-groups") == 0)
        #expect(try ask(daemon, as: "--reuid=nobody", "--regid=mail", "--clear-groups") == 0, "by its own group")
        #expect(
            try ask(daemon, as: "--reuid=nobody", "--regid=nogroup", "--groups=mail") == 0,
            "by another of its groups"
        )
        #expect(try ask(daemon, as: "--reuid=root", "--regid=root", "--clear-groups") == 0)
        for _ in 0..<3 {
            #expect(try ask(daemon, as: "--reuid=nobody", "--regid=nogroup", "--clear-groups") == 2)
        }
        daemon.wait { daemon.log.contains("uid 65534: not listed in") }
        #expect(daemon.log.components(separatedBy: "uid 65534: not listed in").count == 2)
    }

    @Test func `the socket has the mode and the group that are asked for`() throws {
        let daemon = try Daemon.scripted("--socket-mode", "0660", "--socket-group", "mail")
        let found = try Command("/usr/bin/stat", "-c", "%a %G", daemon.socket).run().output
        #expect(found == "660 mail\n")
        #expect(try ask(daemon, as: "--reuid=nobody", "--regid=nogroup", "--clear-groups") == 2)
        #expect(try ask(daemon, as: "--reuid=nobody", "--regid=mail", "--clear-groups") == 0)
    }

    @Test(arguments: [
        (["--socket-mode", "888"], "--socket-mode 888 is not an octal number from 0 to 0777"),
        (["--socket-group", "no-such-group"], "no group no-such-group"),
        (["--allow-user", "no-such-user"], "no account no-such-user"),
        (["--allow-group", "no-such-group"], "no group no-such-group"),
    ])
    func `a name or a mode that is none is told`(arguments: [String], complaint: String) throws {
        let folder = try TemporaryFolder()
        let result = try Command(
            Programs.path("saslauthd"),
            ["-a", "scripted", "-m", folder.path("run")] + arguments
        ).run()
        #expect(result.status == 1)
        #expect(result.complaints.contains(complaint))
    }
}
