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
        "long-status", "length-beyond", "length-negative", "status-beyond", "row-truncated", "row-half",
        "packet-huge", "metadata-truncated", "no-end", "endless", "endless-with-results", "prepared-parameters",
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

    @Test func `a hash that is longer than any is that of nobody`() throws {
        let server = try server("long-hash")
        let daemon = try start(server.firstLine)
        #expect(try daemon.ask("alice", "secret", "smtp", "") == MySQLTests.refused)
        #expect(daemon.wait { daemon.log.contains("user alice has a hash that is longer than any") })
    }
}
