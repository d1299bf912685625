import Foundation
import TestSupport
import Testing

/// What a login comes to while one of two servers ends, freezes and comes back.
@Suite(.serialized, .enabled(if: Programs.mechanisms.contains("ldap")))
struct LDAPReplicationTests {
    /// The right password, by three clients of four, and a wrong one.
    private static let requests = [
        ["alice", "secret", "smtp", ""], ["bob", "secret", "smtp", ""], ["carol", "secret", "imap", ""],
        ["alice", "wrong", "smtp", ""],
    ]
    private static let passes = (0...3).map { "\($0): \"OK\"" }
    private static let refusals = (0...3).map { "\($0): \"NO\"" }
    private static let failures = (0...3).map { "\($0): \"\"" }

    private let folder: TemporaryFolder
    private let servers: [DirectoryServer]
    private let daemon: Daemon

    init() throws {
        folder = try MariaDBFiles.folder()
        servers = try DirectoryServer.replicated()
        let urls = servers.map(\.url).joined(separator: " ")
        let text = LDAPCase.usual.replacing("$URL", with: urls) + "ldap_timeout: 2\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path("conf")))
        daemon = try Daemon.ldap(.ours, folder.path("conf"), "--timeout", "20")
    }

    /// Checks that no right password was refused, and no wrong one accepted.
    ///
    /// Logins end without a verdict whose bind was in flight when the server was lost.
    private func check(_ answers: [String: Int]) {
        let right = Set(Self.passes[0...2] + [Self.refusals[3]] + Self.failures)
        #expect(Set(answers.keys).isSubset(of: right), "\(answers)")
    }

    private func goesOn(_ load: Load, _ count: Int = 200) -> Bool {
        load.awaits(Self.passes[0], count) && load.awaits(Self.passes[1]) && load.awaits(Self.refusals[3])
    }

    @Test func `servers replicate, and the second one takes over with the new password`() throws {
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        try servers[0].modify(
            """
            dn: uid=alice,\(DirectoryServer.people)
            changetype: modify
            replace: userPassword
            userPassword: another

            """
        )
        #expect(try daemon.ask("alice", "another", "smtp", "") == .text("OK"))
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("NO"))
        #expect(
            waitUntil {
                (try? servers[1].entries("(uid=alice)", "userPassword").contains("YW5vdGhlcg==")) == true
            }
        )
        servers[0].crash()
        #expect(daemon.wait { (try? daemon.ask("alice", "another", "smtp", "")) == .text("OK") })
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("NO"))
    }

    @Test func `servers that are killed and come back refuse no right password`() throws {
        let load = Load(daemon.socket, count: 32, Self.requests)
        #expect(goesOn(load))
        for server in servers {
            server.crash()
            #expect(goesOn(load))
            try server.start()
            #expect(goesOn(load))
        }
        check(load.stop())
    }

    @Test func `servers that are stopped orderly and come back refuse no right password`() throws {
        let load = Load(daemon.socket, count: 32, Self.requests)
        #expect(goesOn(load))
        for server in servers {
            server.stop()
            #expect(goesOn(load))
            try server.start()
            #expect(goesOn(load))
        }
        check(load.stop())
    }

    @Test func `a frozen server holds nobody up for longer than its time-out`() throws {
        let load = Load(daemon.socket, count: 32, Self.requests)
        #expect(goesOn(load))
        for server in servers {
            server.freeze()
            #expect(goesOn(load))
            server.thaw()
            #expect(goesOn(load))
        }
        check(load.stop())
    }

    @Test func `without any server there is no verdict, and afterwards there is`() throws {
        let load = Load(daemon.socket, count: 32, Self.requests)
        #expect(goesOn(load))
        for server in servers { server.crash() }
        #expect(load.awaits(Self.failures[0]) && load.awaits(Self.failures[3]))
        for server in servers { try server.start() }
        #expect(load.awaits(Self.passes[0]) && load.awaits(Self.refusals[3]))
        check(load.stop())
    }
}
