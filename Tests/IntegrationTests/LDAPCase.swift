import Foundation
import TestSupport
import Testing

/// A settings file, and what logins come to with it.
struct LDAPCase: Sendable, CustomTestStringConvertible {
    let name: String
    /// The file; `SharedDirectory.filled` says what stands for servers and files.
    let settings: String
    let logins: [LDAPLogin]
    /// What our log says.
    let says: [String]

    var testDescription: String { name }

    /// Lines in addition to those of most files; of a key that stands twice, the last counts.
    init(_ name: String, _ lines: String = "", says: [String] = [], _ logins: LDAPLogin...) {
        self.init(name, Self.usual + lines + "\n", says, logins)
    }

    /// The whole file.
    init(_ name: String, whole settings: String, says: [String] = [], _ logins: LDAPLogin...) {
        self.init(name, settings, says, logins)
    }

    private init(_ name: String, _ settings: String, _ says: [String], _ logins: [LDAPLogin]) {
        self.name = name
        self.settings = settings
        self.logins = logins
        self.says = says
    }

    static let usual = """
        ldap_servers: $URL
        ldap_bind_dn: \(DirectoryServer.reader)
        ldap_bind_pw: \(DirectoryServer.readersPassword)
        ldap_search_base: \(DirectoryServer.people)
        ldap_timeout: 10

        """

    /// The daemons that can be started here with this mechanism.
    static let makes = Daemon.Make.available.filter { $0 == .reference || Programs.mechanisms.contains("ldap") }

    /// Starts a daemon with the file and checks all logins.
    func run(_ make: Daemon.Make) throws {
        guard make == .ours || logins.contains(where: { $0.cyrus != nil }) else { return }
        let folder = try MariaDBFiles.folder()
        let path = folder.path("saslauthd.conf")
        let text = try SharedDirectory.servers.get().filled(settings)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        guard make == .reference || !logins.contains(where: { $0.ours == .rejected }) else {
            return try checkRejection(of: path)
        }
        let daemon = try Daemon.ldap(make, path, "-n", "1")
        for login in logins { try login.check(daemon, make, name) }
        guard make == .ours else { return }
        for words in says { #expect(daemon.wait { daemon.log.contains(words) }, "\(name): \(words): \(daemon.log)") }
        for word in ["secret", DirectoryServer.readersPassword] {
            #expect(!daemon.log.contains(word), "\(name): \(daemon.log)")
        }
    }
}

extension LDAPCase {
    /// Checks that our daemon does not start, and names the file and the line, but no password.
    private func checkRejection(of path: String) throws {
        let folder = try MariaDBFiles.folder()
        let result = try Command(
            "/usr/bin/timeout",
            ["60", Programs.path("saslauthd"), "-a", "ldap", "-O", path, "-d", "-m", folder.url.path]
        ).run()
        #expect(result.status == 1, "\(name): \(result.status): \(result.complaints)")
        #expect(result.complaints.contains("failed to initialize mechanism ldap: \(path):"), "\(result.complaints)")
        for words in says { #expect(result.complaints.contains(words), "\(name): \(result.complaints)") }
        #expect(!result.complaints.contains(DirectoryServer.readersPassword), "\(result.complaints)")
    }
}

/// A login and its verdict, by Cyrus saslauthd and by ours.
struct LDAPLogin: Sendable {
    enum Verdict: String, Sendable {
        case accepted, refused, unavailable
        /// There is none: the daemon does not start with this file, and says why.
        case rejected
    }

    let login: String
    let password: String
    var service = "imap"
    var realm = ""
    let ours: Verdict
    /// Cyrus saslauthd's, which answers `NO` to both kinds of failure; `nil` where its behaviour would be undefined.
    let cyrus: Verdict?
    /// Why the verdicts differ.
    let reason: String

    private init(_ login: String, _ password: String, _ ours: Verdict, cyrus: Verdict?, _ reason: String = "") {
        self.login = login
        self.password = password
        self.ours = ours
        self.cyrus = cyrus
        self.reason = reason
    }

    static func accepted(_ login: String, _ password: String = "secret") -> LDAPLogin {
        LDAPLogin(login, password, .accepted, cyrus: .accepted)
    }

    static func refused(_ login: String, _ password: String = "secret") -> LDAPLogin {
        LDAPLogin(login, password, .refused, cyrus: .refused)
    }

    /// Cyrus saslauthd answers `NO`, as if the password were wrong.
    static func unavailable(_ login: String = "alice", _ password: String = "secret") -> LDAPLogin {
        LDAPLogin(login, password, .unavailable, cyrus: .refused)
    }

    /// Our daemon does not start; Cyrus saslauthd starts, and answers `NO`.
    static func rejected(_ login: String = "alice", _ password: String = "secret") -> LDAPLogin {
        LDAPLogin(login, password, .rejected, cyrus: .refused)
    }

    static func differs(
        _ login: String = "alice",
        _ password: String = "secret",
        cyrus: Verdict?,
        ours: Verdict,
        _ reason: String
    ) -> LDAPLogin {
        LDAPLogin(login, password, ours, cyrus: cyrus, reason)
    }

    func of(service: String) -> LDAPLogin {
        var login = self
        login.service = service
        return login
    }

    func of(realm: String) -> LDAPLogin {
        var login = self
        login.realm = realm
        return login
    }

    func check(_ daemon: Daemon, _ make: Daemon.Make, _ name: String) throws {
        guard let expected = make == .ours ? ours : cyrus else { return }
        let answer = try daemon.ask(login, password, service, realm)
        let verdict = Self.verdict(answer)
        #expect(
            verdict == expected,
            """
            \(name): \(make): \(login) \(service) \(realm): \(answer) instead of \(expected); \(reason)
            \(daemon.log.suffix(3000))
            """
        )
    }

    static func verdict(_ answer: MuxClient.Answer) -> Verdict? {
        switch answer {
        case .text(""): .unavailable
        case .text(let text) where text == "OK" || text.hasPrefix("OK "): .accepted
        case .text(let text) where text == "NO" || text.hasPrefix("NO "): .refused
        default: nil
        }
    }
}
