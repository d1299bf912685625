import Foundation
import Platform
import TestSupport
import Testing

/// A scripted server, a daemon that asks it, and what must hold whatever the server does.
final class LDAPScriptedBed {
    static let users = "THE-WORD-OF-A-USER"
    static let readers = "THE-WORD-OF-THE-READER"

    let folder: TemporaryFolder
    let daemon: Daemon
    let address: String
    private let port: String
    private var server: BackgroundProgram?

    /// Starts both; `lines` are further settings.
    ///
    /// `$CA` and `$CERTIFICATE` in `arguments` and `lines` stand for files.
    init(
        _ behaviour: String,
        _ lines: String = "",
        scheme: String = "ldap",
        _ arguments: [String] = [],
        timeout: Int? = nil
    ) throws {
        folder = try MariaDBFiles.folder()
        let shared = try SharedDirectory.servers.get()
        port = "\(try ReservedPorts.take(1)[0])"
        let further = ["--port", port] + arguments.map(shared.filled)
        server = try .ldapServer(behaviour, keeping: folder.path("received"), further)
        address = server?.firstLine ?? ""
        let text = """
            ldap_servers: \(scheme)://\(address)/
            ldap_bind_dn: \(DirectoryServer.reader)
            ldap_bind_pw: \(Self.readers)
            ldap_search_base: \(DirectoryServer.people)
            ldap_timeout: \(Self.isAnswered(behaviour) ? 20 : 2)
            \(lines)

            """
        try Data(shared.filled(text).utf8).write(to: URL(fileURLWithPath: folder.path("conf")))
        daemon = try Daemon.ldap(
            .ours,
            folder.path("conf"),
            "-n",
            "1",
            "--timeout",
            "\(timeout ?? (Self.isAnswered(behaviour) ? 25 : 5))"
        )
    }

    /// Whether the server answers everything; a login has to wait for the end of its time with others alone.
    private static func isAnswered(_ behaviour: String) -> Bool {
        [
            "honest", "ad-", "user-", "reader-", "search-", "compare-", "policy-", "referral-", "reference", "many",
            "echo",
        ]
        .contains { behaviour.hasPrefix($0) }
    }

    func verdict(_ password: String = "secret", login: String = "alice") throws -> LDAPLogin.Verdict? {
        LDAPLogin.verdict(try daemon.ask(login, password, "imap", ""))
    }

    var workers: [Int32] {
        let list = try? Command("/usr/bin/pgrep", "-P", "\(daemon.pid)", "saslauthd-ldap").run().output
        return list?.split(separator: "\n").compactMap { Int32($0) } ?? []
    }

    /// The most memory that the workers have used, in MiB.
    var memory: Int {
        workers.map { pid in
            let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
            return (Int(line.filter(\.isNumber)) ?? 0) / 1024
        }.reduce(0, +)
    }

    func received(_ other: Bool = false) -> Data {
        let path = folder.path(other ? "received.other" : "received")
        return (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
    }

    /// Checks that a wrong password is not accepted, that no password leaks, and that the worker lives and takes little.
    func checkRest() throws {
        let before = workers
        #expect(try verdict(Self.users) != .accepted, "\(daemon.log)")
        #expect(workers == before && !before.isEmpty, "\(daemon.log)")
        // A sanitizer keeps memory that was freed.
        #expect(memory < 400 || Sanitizer.current != nil, "\(memory) MiB")
        for word in [Self.users, Self.readers, "secret"] {
            #expect(!daemon.log.contains(word), "\(daemon.log)")
            #expect(received(true).range(of: Data(word.utf8)) == nil)
        }
    }

    /// Puts a server in its place that behaves, and waits until a login is accepted and a wrong password refused.
    func mend() throws {
        server = nil
        server = try .ldapServer("honest", keeping: folder.path("received"), ["--port", port])
        #expect(daemon.wait { (try? verdict()) == .accepted }, "\(daemon.log)")
        var other: LDAPLogin.Verdict?
        daemon.wait {
            other = try? verdict("wrong")
            return other == .refused || other == .accepted
        }
        #expect(other == .refused, "\(daemon.log)")
    }
}
