import Foundation
import TestSupport
import Testing

/// Our daemon with the mechanism `ldap` and a settings file of its own.
final class LDAPDaemon {
    let daemon: Daemon
    /// The settings file, and whatever else a test needs.
    let folder: TemporaryFolder
    var path: String { folder.path("saslauthd.conf") }
    var log: String { daemon.log }

    /// The lines of most files, for one server; lines after them overrule them.
    static func usual(_ url: String) -> String {
        """
        ldap_servers: \(url)
        ldap_bind_dn: \(DirectoryServer.reader)
        ldap_bind_pw: \(DirectoryServer.readersPassword)
        ldap_search_base: \(DirectoryServer.people)
        ldap_timeout: 5

        """
    }

    /// Starts the daemon with `lines` after the usual ones.
    convenience init(_ server: DirectoryServer, _ lines: String = "", _ arguments: String...) throws {
        try self.init(settings: Self.usual(server.url) + lines + "\n", arguments)
    }

    /// Starts the daemon with a whole file.
    init(settings: String, _ arguments: [String] = []) throws {
        folder = try MariaDBFiles.folder()
        try settings.write(toFile: folder.path("saslauthd.conf"), atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600],
            ofItemAtPath: folder.path("saslauthd.conf")
        )
        daemon = try Daemon.mechanism("ldap", ["-O", folder.path("saslauthd.conf"), "-n", "1"] + arguments)
    }

    /// What a login comes to.
    func login(_ login: String = "alice", _ password: String = "secret", service: String = "imap", realm: String = "")
        throws -> LDAPLogin.Verdict?
    {
        LDAPLogin.verdict(try daemon.ask(login, password, service, realm))
    }

    /// What `--check` prints about a login with this file.
    func check(_ login: String, _ password: String = "secret") throws -> String {
        let result = try Command(Programs.path("saslauthd"), ["-a", "ldap", "-O", path, "--check", login])
            .run(input: password + "\n")
        return result.output + result.complaints
    }

    /// Whether the log has these words, or gets them.
    func logs(_ words: String) -> Bool { daemon.wait { log.contains(words) } }

    /// The workers.
    var workers: [Int32] {
        let list = try? Command("/usr/bin/pgrep", "-P", "\(daemon.pid)", "saslauthd-ldap").run().output
        return list?.split(separator: "\n").compactMap { Int32($0) } ?? []
    }
}
