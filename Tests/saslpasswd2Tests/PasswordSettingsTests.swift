import Authentication
import SASLDB
import Testing

@testable import saslpasswd2

@Suite struct PasswordSettingsTests {
    static func settings(_ arguments: String...) throws(PasswordUsageError) -> PasswordSettings {
        try PasswordSettings(arguments: arguments, hostName: "Mail.Example.ORG")
    }

    @Test func `the realm is the host name in lower case`() throws {
        let settings = try Self.settings("alice")
        #expect(settings.user == SASLDBUser(login: "alice", realm: "mail.example.org"))
        #expect(settings.action == .setPassword && !settings.isPipe)
        #expect(settings.path == nil && settings.application == "saslpasswd")
    }

    @Test(arguments: [
        (["-u", "example.net", "alice"], "alice", "example.net"),
        (["-uexample.net", "alice"], "alice", "example.net"),
        (["-u", "", "alice"], "alice", "mail.example.org"),
        (["-u", "example.net", "alice@example.com"], "alice", "example.com"),
        (["-u", "R@x", "alice"], "alice", "R@x"),
        (["alice@"], "alice", ""),
        (["a@b@c"], "a", "b@c"),
        (["--", "-alice"], "-alice", "mail.example.org"),
        ([""], "", "mail.example.org"),
    ])
    func `login and realm are read from the userid and -u`(arguments: [String], login: String, realm: String) throws {
        let settings = try PasswordSettings(arguments: arguments, hostName: "Mail.Example.ORG")
        #expect(settings.user == SASLDBUser(login: ByteString(login), realm: ByteString(realm)))
    }

    @Test func `clusters of letters and joined values are read, and the last value wins`() throws {
        #expect(try Self.settings("-cpfdb", "alice").path == "db")
        #expect(try Self.settings("-cpf", "db", "alice").isPipe)
        #expect(try Self.settings("-f", "one", "-f", "-two", "alice").path == "-two")
        #expect(try Self.settings("-dn", "alice").action == .delete)
        #expect(try Self.settings("-cn", "alice").action == .leavePassword)
        #expect(try Self.settings("alice", "-d").action == .delete)
    }

    @Test(arguments: [[], ["a", "b"], ["-c", "-d", "a"], ["-h"], ["-n"]])
    func `wrong usage prints the usage`(arguments: [String]) {
        #expect(throws: PasswordUsageError.incomplete) { try PasswordSettings(arguments: arguments, hostName: "h") }
    }

    @Test func `an application name must not be a path`() throws {
        #expect(throws: PasswordUsageError.applicationIsPath) { try Self.settings("-a", "x/y", "alice") }
        #expect(try Self.settings("-a", "smtpd", "-alibvirt", "alice").application == "libvirt")
    }

    @Test(arguments: [["-q"], ["-u"], ["--help"], ["--version", "alice"]])
    func `an unknown word is named`(arguments: [String]) {
        #expect {
            try PasswordSettings(arguments: arguments, hostName: "h")
        } throws: { error in
            guard case .unknown(let text) = error as? PasswordUsageError else { return false }
            return text.contains(arguments[0])
        }
    }

    @Test(arguments: [["-v"], ["-v", "a", "b"], ["-vcd"]])
    func `the version takes precedence`(arguments: [String]) {
        #expect(throws: PasswordUsageError.asksForVersion) { try PasswordSettings(arguments: arguments, hostName: "h") }
    }
}
