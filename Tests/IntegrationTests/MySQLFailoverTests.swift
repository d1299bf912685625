import Foundation
import TestSupport
import Testing

/// What a login comes to while servers end, freeze and come back.
@Suite(.serialized)
struct MySQLFailoverTests {
    /// The right password, by three clients of four, and a wrong one.
    static let requests = [
        ["alice", "secret", "smtp", ""], ["alice", "secret", "smtp", ""], ["alice", "secret", "imap", ""],
        ["alice", "wrong", "smtp", ""],
    ]
    static let refusals = (0...3).map { "\($0): \"NO Incorrect password\"" }
    static let passes = (0...3).map { "\($0): \"OK\"" }
    static let failures = (0...3).map { "\($0): \"\"" }

    static func fill(_ server: MariaDB) throws {
        try server.addReader()
        try server.sql(
            """
            CREATE TABLE accounts (login VARCHAR(255), password VARCHAR(255)) ENGINE=InnoDB;
            INSERT INTO accounts VALUES ('alice', '\(MySQLTests.secretHash)');
            """,
            database: "mail"
        )
    }

    static func start(_ hosts: String, _ rest: String = "", _ flag: String = "-r") throws -> Daemon {
        try Daemon.ours(
            "mysql",
            """
            user=mail passwd=\(MariaDB.readersPassword) db=mail table=accounts usercolumn=login passwdcolumn=password \
            crypt=1 hosts=\(hosts) \(rest)
            """,
            flag
        )
    }

    /// Checks that good passwords were accepted and wrong ones refused, or nothing was found out where that `mayFail`.
    static func check(_ answers: [String: Int], mayFail: Bool) {
        var right: Set = [passes[0], passes[1], passes[2], refusals[3]]
        if mayFail { right.formUnion(failures) }
        #expect(Set(answers.keys).isSubset(of: right), "\(answers)")
    }

    @Test func `a restart of the server under load is no refusal, and is over when the server is back`() throws {
        let server = try MariaDB()
        try Self.fill(server)
        let daemon = try Self.start(server.socket)
        let load = Load(daemon.socket, Self.requests)
        #expect(load.awaits(Self.passes[0]) && load.awaits(Self.refusals[3]))
        server.stop()
        #expect(load.awaits(Self.failures[0]))
        try server.start()
        #expect(load.awaits(Self.passes[0]) && load.awaits(Self.refusals[3]))
        server.crash()
        #expect(load.awaits(Self.failures[0]))
        try server.start()
        #expect(load.awaits(Self.passes[0]) && load.awaits(Self.refusals[3]))
        let answers = load.stop()
        Self.check(answers, mayFail: true)
        // It is told once that the server is away, not with every request.
        #expect(daemon.wait { daemon.log.contains("server \(server.socket) is back") })
        #expect(daemon.log.ranges(of: "mysql: server \(server.socket): ").count <= 20)
    }

    @Test func `a connection that is lost costs no request`() throws {
        let server = try MariaDB()
        try Self.fill(server)
        try server.sql("SET GLOBAL wait_timeout = 1;")
        let daemon = try Self.start(server.address)
        let load = Load(daemon.socket, Self.requests)
        for _ in 0..<10 {
            #expect(load.awaits(Self.passes[0], 20))
            try server.sql("KILL CONNECTION USER mail;")
        }
        #expect(load.awaits(Self.passes[0], 20))
        Self.check(load.stop(), mayFail: false)
        // The server gives up those that are idle.
        #expect(waitUntil { Self.connections(server) == "0\n" })
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
    }

    /// How many connections a daemon has to `server`.
    private static func connections(_ server: MariaDB) -> String? {
        try? server.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'mail'")
    }

    @Test func `a second server takes over from one that was killed, and gives back, without a failed login`() throws {
        let servers = try [MariaDB(), MariaDB()]
        for server in servers { try Self.fill(server) }
        let daemon = try Self.start(servers.map(\.address).joined(separator: ","))
        let load = Load(daemon.socket, Self.requests)
        #expect(load.awaits(Self.passes[0]))
        servers[0].crash()
        #expect(load.awaits(Self.passes[0], 300) && load.awaits(Self.refusals[3]))
        try servers[0].start()
        // Passed over for a while, then used again, by each worker at its time.
        let back = "server \(servers[0].address) is back"
        #expect(daemon.wait { daemon.log.contains(back) })
        #expect(waitUntil { Self.connections(servers[1]) == "0\n" })
        servers[1].crash()
        #expect(load.awaits(Self.passes[0], 300) && load.awaits(Self.refusals[3]))
        Self.check(load.stop(), mayFail: false)
    }

    @Test func `a frozen server holds nobody up for longer than the time-outs, nor where there is another`() throws {
        let servers = try [MariaDB(), MariaDB()]
        for server in servers { try Self.fill(server) }
        let alone = try Self.start(servers[0].address, "read_timeout=3 connect_timeout=3")
        let both = try Self.start("\(servers[0].address),\(servers[1].address)", "read_timeout=3 connect_timeout=3")
        for daemon in [alone, both] { #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK")) }
        let load = Load(both.socket, Self.requests)
        #expect(load.awaits(Self.passes[0]))
        kill(servers[0].pid, SIGSTOP)
        #expect(load.awaits(Self.passes[0], 300) && load.awaits(Self.refusals[3]))
        #expect(try alone.ask("alice", "secret", "smtp", "") == MySQLTests.unavailable)
        #expect(try alone.ask("alice", "wrong", "smtp", "") == MySQLTests.unavailable)
        kill(servers[0].pid, SIGCONT)
        #expect(alone.wait { (try? alone.ask("alice", "secret", "smtp", "")) == .text("OK") })
        #expect(both.wait { both.log.contains("server \(servers[0].address) is back") })
        Self.check(load.stop(), mayFail: false)
    }
}
