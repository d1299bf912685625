import Foundation
import TestSupport
import Testing

/// What the mechanism makes of a server that lies, or of whoever sits on the way to one.
struct MySQLHostileServerTests {
    private static let password = "THE-DATABASE-WORD"

    private let folder: TemporaryFolder

    init() throws {
        folder = try MariaDBFiles.folder()
    }

    private func server(_ behaviour: String, socket: String? = nil) throws -> BackgroundProgram {
        try .mysqlServer(behaviour, keeping: folder.path("received"), socket: socket)
    }

    private func start(_ host: String, _ rest: String = "") throws -> Daemon {
        try Daemon.ours(
            "mysql",
            """
            user=mail passwd=\(Self.password) db=mail table=accounts usercolumn=login passwdcolumn=password statcolumn=st \
            crypt=1 host=\(host) \(rest)
            """,
            "-n",
            "1"
        )
    }

    private func workers(of daemon: Daemon) throws -> String {
        try Command("/usr/bin/pgrep", "-P", "\(daemon.pid)", "saslauthd-mysql").run().output
    }

    @Test func `a server that keeps to the protocol is believed`() throws {
        let server = try server("honest")
        let daemon = try start(server.firstLine)
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        #expect(try daemon.ask("alice", "wrong", "smtp", "") == MySQLTests.refused)
    }

    @Test(arguments: [
        "columns-1", "columns-3", "columns-40", "columns-250", "columns-300", "silent-columns-1", "silent-columns-3",
        "silent-columns-250", "type-5", "type-7", "type-12", "type-100", "type-200", "type-255", "cursor",
        "more-results",
        "length-beyond", "length-negative", "status-beyond", "row-truncated",
        "packet-huge", "metadata-truncated", "no-end", "endless-with-results", "prepared-parameters",
        "prepared-truncated", "prepared-columns",
    ])
    func `an answer that cannot be right is none, and the process lives`(behaviour: String) throws {
        let server = try server(behaviour)
        let daemon = try start(server.firstLine)
        #expect(try daemon.ask("alice", "secret", "smtp", "") == MySQLTests.unavailable)
        let before = try workers(of: daemon)
        #expect(try daemon.ask("alice", "secret", "smtp", "") == MySQLTests.unavailable)
        #expect(try workers(of: daemon) == before && !before.isEmpty, "\(daemon.log)")
        #expect(!daemon.log.contains(Self.password))
    }

    /// As of a table in which a user has such rows.
    @Test(arguments: [
        ("long-status", "NO Account not permitted", "the status is not a number"),
        ("row-half", "NO Account not permitted", "the status is not a number"),
        ("endless", "NO Account not permitted", "more than 64 rows for one user"),
    ])
    func `rows that no user has are a refusal with its reason in the log`(
        behaviour: String,
        answer: String,
        reason: String
    ) throws {
        let server = try server(behaviour)
        let daemon = try start(server.firstLine)
        for _ in 0..<2 { #expect(try daemon.ask("alice", "secret", "smtp", "") == .text(answer)) }
        #expect(daemon.wait { daemon.log.contains(reason) })
    }

    @Test func `a hash that is longer than any is that of nobody`() throws {
        let server = try server("long-hash")
        let daemon = try start(server.firstLine)
        #expect(try daemon.ask("alice", "secret", "smtp", "") == MySQLTests.refused)
        #expect(daemon.wait { daemon.log.contains("user alice: hash too long") })
    }

    private var received: Data { (try? Data(contentsOf: URL(fileURLWithPath: folder.path("received")))) ?? Data() }
    private var hasPassword: Bool { received.range(of: Data(Self.password.utf8)) != nil }

    @Test(
        arguments: ["mysql_clear_password", "dialog", "mysql_old_password"],
        [
            "", "ssl_mode=PREFERRED", "ssl_mode=REQUIRED", "ssl_verify=yes",
            "ssl_ca=/etc/ssl/certs/ca-certificates.crt",
        ]
    )
    func `a server that asks for the database's password as it is does not get it`(plugin: String, tls: String) throws {
        let server = try server(plugin)
        let daemon = try start(server.firstLine, tls)
        #expect(try daemon.ask("alice", "secret", "smtp", "") == MySQLTests.unavailable)
        #expect(!hasPassword && !daemon.log.contains(Self.password))
        if tls.isEmpty {
            #expect(daemon.wait { daemon.log.contains("see auth_plugins= and ssl_ca= in saslauthd-sql(8)") })
        }
    }

    @Test func `a password is sent as it is where that is asked for, and on a UNIX socket`() throws {
        let network = try server("mysql_clear_password")
        var daemon = try start(network.firstLine, "auth_plugins=mysql_clear_password")
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        #expect(hasPassword)
        try FileManager.default.removeItem(atPath: folder.path("received"))
        let local = try server("mysql_clear_password", socket: folder.path("socket"))
        daemon = try start(local.firstLine)
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        #expect(hasPassword)
    }
}
