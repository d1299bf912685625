import Foundation
import TestSupport
import Testing

/// What an answer of a server comes to, and what the log says of it.
@Suite(.enabled(if: Programs.mechanisms.contains("ldap")))
struct LDAPAnswersTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try MariaDBFiles.folder()
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let behaviour: String
        let verdict: LDAPLogin.Verdict
        let words: String
        var testDescription: String { behaviour }

        init(_ behaviour: String, _ verdict: LDAPLogin.Verdict, _ words: String = "") {
            self.behaviour = behaviour
            self.verdict = verdict
            self.words = words
        }
    }

    /// What the log says of a login with the right password.
    private func check(_ one: Case, _ lines: String = "") throws {
        let bed = try LDAPScriptedBed(one.behaviour, lines)
        #expect(try bed.verdict() == one.verdict, "\(one.behaviour): \(bed.daemon.log)")
        #expect(
            bed.daemon.wait { one.words.isEmpty || bed.daemon.log.contains(one.words) },
            "\(one.words): \(bed.daemon.log)"
        )
        try bed.checkRest()
    }

    static let windows = [
        Case("ad-525", .refused, "no such user: "), Case("ad-52e", .refused, "wrong password: "),
        Case("ad-530", .refused, "not at this hour: "), Case("ad-531", .refused, "not from this machine: "),
        Case("ad-532", .refused, "the password has expired: "), Case("ad-533", .refused, "the account is disabled: "),
        Case("ad-568", .unavailable, "the server is short of resources: "),
        Case("ad-701", .refused, "the account has expired: "),
        Case("ad-773", .refused, "the password must be changed: "), Case("ad-775", .refused, "the account is locked: "),
        Case("ad-999", .refused, "AcceptSecurityContext error, data 999"),
        Case("user-8", .unavailable, "the server wants TLS: ldap_start_tls: yes, or ldaps:// in ldap_servers"),
    ]

    @Test(arguments: windows)
    func `Active Directory's reasons are understood`(one: Case) throws {
        try check(one)
    }

    static let codes =
        [19, 32, 34, 48, 49, 50, 53].map { Case("user-\($0)", .refused) }
        + [1, 2, 3, 4, 7, 10, 11, 12, 13, 14, 16, 51, 52, 54, 64, 65, 71, 80, 118, 4096]
        .map { Case("user-\($0)", .unavailable, "the user's bind: ") }
        + [1, 2, 3, 7, 8, 10, 13, 19, 32, 34, 48, 49, 50, 51, 52, 53, 80]
        .map { Case("reader-\($0)", .unavailable, "the bind as ldap_bind_dn: ") }
        + [1, 2, 3, 4, 8, 10, 11, 13, 32, 34, 49, 50, 51, 52, 53, 80].map {
            Case("search-\($0)", .unavailable, "the search")
        }

    @Test(arguments: codes)
    func `a code is a refusal only where the server has judged the user`(one: Case) throws {
        try check(one)
    }

    static let comparisons =
        [Case("honest", .accepted)]
        + [5, 16].map { Case("compare-\($0)", .refused, "not a member") }
        + [0, 1, 2, 3, 8, 10, 11, 32, 34, 50, 51, 52, 53, 80]
        .map { Case("compare-\($0)", .unavailable, "the comparison with ldap_group_dn") }
        + ["silent", "close", "garbage", "disconnect"].map { Case("\($0)-compare", .unavailable) }

    @Test(arguments: comparisons)
    func `a group that cannot be asked is no refusal`(one: Case) throws {
        try check(one, "ldap_group_dn: cn=staff,\(DirectoryServer.suffix)")
    }

    static let policies = [
        Case("policy-0", .refused), Case("policy-1", .refused), Case("policy-2", .refused), Case("policy-99", .refused),
    ]

    @Test(arguments: policies)
    func `a password policy's errors are refusals`(one: Case) throws {
        try check(one)
    }

    @Test func `a login costs one bind of the user, and one that is refused is not repeated`() throws {
        let server = try Self.server(
            policy: "pwdMaxFailure: 4\npwdLockout: TRUE\npwdMustChange: TRUE",
            lines: ["ppolicy_use_lockout"]
        )
        let daemon = try start(server)
        let bind = "BIND dn=\"uid=alice,\(DirectoryServer.people)\" method=128"
        let wrong = LDAPLogin.refused("alice", "wrong")
        for count in 1...3 {
            try wrong.check(daemon, .ours, "a wrong password")
            #expect(server.count(bind) == count)
        }
        // The right password takes the failures back.
        try LDAPLogin.accepted("alice").check(daemon, .ours, "the right password")
        #expect(server.count(bind) == 4)
        for _ in 0..<4 { try wrong.check(daemon, .ours, "a wrong password") }
        try LDAPLogin.refused("alice").check(daemon, .ours, "a locked account")
        #expect(server.count(bind) == 9)
        #expect(daemon.wait { daemon.log.contains("locked") }, "\(daemon.log)")
        // The administrator has set the password, which must be changed; the bind succeeds.
        try server.modify(
            """
            dn: uid=carol,\(DirectoryServer.people)
            changetype: modify
            replace: pwdReset
            pwdReset: TRUE

            """
        )
        try LDAPLogin.accepted("carol").check(daemon, .ours, "a password to be changed")
    }

    @Test func `an expired password is refused after its grace logins`() throws {
        let server = try Self.server(policy: "pwdMaxAge: 1\npwdGraceAuthNLimit: 2")
        let daemon = try start(server)
        try server.modify(
            """
            dn: uid=alice,\(DirectoryServer.people)
            changetype: modify
            replace: userPassword
            userPassword: secret

            """
        )
        // It expires a second after the change.
        #expect(
            waitUntil {
                (try? daemon.ask("alice", "secret", "imap", "")) == .text("NO")
            },
            "\(daemon.log)"
        )
        #expect(try server.entries("(uid=alice)", "pwdGraceUseTime").ranges(of: "pwdGraceUseTime: ").count == 2)
        #expect(daemon.wait { daemon.log.contains("expired") }, "\(daemon.log)")
    }

    /// A server with the default password policy `policy`.
    private static func server(policy: String, lines: [String] = []) throws -> DirectoryServer {
        var options = DirectoryServer.Options()
        options.lines = ["moduleload ppolicy"]
        options.databaseLines = ["overlay ppolicy", "ppolicy_default cn=policy,\(DirectoryServer.suffix)"] + lines
        options.entries = """
            dn: cn=policy,\(DirectoryServer.suffix)
            objectClass: organizationalRole
            objectClass: pwdPolicy
            cn: policy
            pwdAttribute: userPassword
            \(policy)

            """
        return try DirectoryServer(options)
    }

    private func start(_ server: DirectoryServer) throws -> Daemon {
        let text = LDAPCase.usual.replacing("$URL", with: server.url)
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path("conf")))
        return try Daemon.ldap(.ours, folder.path("conf"), "-n", "1")
    }
}
