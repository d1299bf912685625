import Foundation
import TestSupport
import Testing

/// Option `--check` without a login.
@Suite struct DaemonCheckTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
    }

    private func check(_ arguments: String...) throws -> Command.Result {
        try Command(Programs.path("saslauthd"), arguments + ["--check"]).run()
    }

    @Test func `where all is well it says what would be done, and does nothing`() throws {
        let result = try check("-a", "scripted", "-m", folder.url.path, "-m", folder.path("new"))
        #expect(result.status == 0, "\(result)")
        #expect(result.output.hasPrefix("option: -a scripted\noption: -m \(folder.url.path)\noption: -m "))
        #expect(result.output.contains("ok: \(folder.url.path)/mux would be served\n"))
        #expect(
            result.output.contains("ok: \(folder.path("new")) would be created, and \(folder.path("new"))/mux served\n")
        )
        #expect(result.output.contains("\nok: scripted gives a verdict\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
    }

    @Test func `a mechanism that gives no verdict is 2`() throws {
        let database = folder.path("sasldb2")
        let result = try check("-a", "rimap", "-O", "127.0.0.1/1", "-m", folder.url.path)
        #expect(result.status == 2, "\(result)")
        #expect(result.output.contains("down: rimap gives no verdict: "))
        #expect(!FileManager.default.fileExists(atPath: database))
    }

    @Test func `warnings of a mechanism are printed`() throws {
        let settings = folder.path("ldap.conf")
        let text = """
            ldap_servers: ldaps://127.0.0.1:1/
            ldap_bind_dn: cn=mail
            ldap_bind_pw: secret
            ldap_tls_check_peer: no
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: settings))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: settings)
        let result = try check("-a", "ldap", "-O", settings, "-m", folder.url.path)
        #expect(result.status == 2, "\(result)")
        #expect(result.output.contains("note: ldap: \(settings):4: ldap_tls_check_peer: certificates are not checked"))
        #expect(result.output.contains("note: ldap: \(settings) contains ldap_bind_pw and can be read by all accounts"))
        #expect(result.output.contains("down: ldap gives no verdict: ldaps://127.0.0.1:1/: cannot connect"))
    }

    @Test func `what would keep the daemon from starting is 1, all of it is named`() throws {
        let missing = folder.path("no/where")
        let result = try check(
            "-a",
            "mysql",
            "-O",
            "user",
            "-m",
            missing,
            "-m",
            "/dev/null",
            "--socket-group",
            "no-such-group"
        )
        #expect(result.status == 1)
        #expect(
            result.output.contains(
                "wrong: -m \(missing): the directory above it does not exist: mkdir \(folder.path("no"))\n"
            )
        )
        #expect(result.output.contains("wrong: -m /dev/null is not a directory\n"))
        #expect(result.output.contains("wrong: no group no-such-group\n"))
        #expect(result.output.contains("wrong: mysql cannot be used: "))
    }

    @Test func `a daemon that is there is seen, and not touched`() throws {
        let daemon = try Daemon.scripted()
        let result = try check("-a", "scripted", "-m", daemon.folder.url.path)
        #expect(result.status == 0, "\(result)")
        #expect(try daemon.ask("alice", "secret", "", "") == .text("OK"))
        #expect(result.output.contains("note: libsasl2 uses /var/run/saslauthd/mux by default"))
    }

    @Test(.enabled(if: geteuid() == 0, "a private /etc needs root"))
    func `a configuration that names the directory and not the socket is named, by the check and in the log`() throws {
        let script = """
            mkdir -p /etc/postfix/sasl /run/other
            printf 'pwcheck_method: saslauthd\\nmech_list: plain\\nsaslauthd_path: /var/run/other\\n' >/etc/postfix/sasl/smtpd.conf
            "$0" -a scripted -m /run/other --check
            "$0" -a scripted -m /run/other --log syslog
            until grep -q saslauthd_path "$1"; do sleep 0.01; done; kill $(cat /run/other/saslauthd.pid)
            sed -i 's,other$,other/mux,' /etc/postfix/sasl/smtpd.conf; "$0" -a scripted -m /run/other --check
            """
        let folder = try TemporaryFolder()
        let words = ["/bin/sh", "-c", script, Programs.path("saslauthd"), folder.path("syslog")]
        let output = try PrivateSystem.run(folder, words).output
        let line = "/etc/postfix/sasl/smtpd.conf:3: saslauthd_path: /var/run/other is a directory"
        #expect(output.components(separatedBy: "note: \(line)").count == 2, "\(output)")
        #expect(!output.components(separatedBy: "ok: /run/other/mux")[2].contains("libsasl2"), "\(output)")
        let log = try String(contentsOfFile: folder.path("syslog"), encoding: .utf8)
        #expect(log.contains(line), "\(log)")
    }

    /// On Debian su, runuser, chsh and chfn have the module.
    @Test(.enabled(if: geteuid() == 0, "the process of mechanism pam is root where the daemon is"))
    func `PAM services that accept any password are named`() throws {
        let all = try check("-a", "pam", "-m", folder.url.path)
        let line = all.output.split(separator: "\n").first { $0.contains("pam_rootok.so") }
        #expect(
            line?.hasPrefix("note: pam: a client that names one of these services is accepted with any password")
                == true
        )
        for service in ["chfn", "chsh", "runuser", "su"] { #expect(line?.contains(service) == true) }
        let one = try check("-a", "pam:service=smtp", "-m", folder.url.path)
        #expect(!one.output.contains("pam_rootok"), "\(one)")
        let su = try check("-a", "pam:service=su", "-m", folder.url.path)
        #expect(su.output.contains("note: pam:service=su: the service has pam_rootok.so"), "\(su)")
    }
}
