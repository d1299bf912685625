import Foundation
import TestSupport
import Testing

/// The databases of mail systems, made anew from their tables; `presets/` has one for each release that differs.
struct MySQLPresetTests {
    /// Who may send mail in a database, with the password of the account and with that of an application.
    struct Database: Sendable, CustomTestStringConvertible {
        let name: String
        let preset: String
        var accepted = ["active"]
        var acceptedByApplication: [String] = []
        var testDescription: String { name }
    }

    static let databases = [
        Database(name: "postfixadmin-old", preset: "postfixadmin"),
        Database(name: "postfixadmin-smtp", preset: "postfixadmin"),
        Database(name: "postfixadmin-app", preset: "postfixadmin", acceptedByApplication: ["active"]),
        Database(name: "iredmail", preset: "iredmail"),
        Database(
            name: "mailcow-old",
            preset: "mailcow",
            accepted: ["active", "older"],
            acceptedByApplication: ["active"]
        ),
        Database(
            name: "mailcow-authsource",
            preset: "mailcow",
            accepted: ["active", "older"],
            acceptedByApplication: ["active"]
        ),
        Database(name: "vpopmail", preset: "vpopmail", accepted: ["active", "older"]),
        Database(name: "ispconfig", preset: "ispconfig", accepted: ["active", "older"]),
        Database(name: "modoboa", preset: "modoboa"),
        Database(name: "froxlor", preset: "froxlor", accepted: ["active", "older"]),
        Database(name: "cyberpanel", preset: "cyberpanel"),
        Database(name: "virtual-users-plain", preset: "virtual-users"),
        Database(name: "virtual-users-active", preset: "virtual-users"),
    ]

    @Test(arguments: databases)
    func `a preset accepts those who may send mail, and nobody else`(database: Database) throws {
        let server = try MariaDB.shared.get()
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("presets")
        let tables = try String(
            contentsOf: folder.appendingPathComponent("\(database.name).sql"),
            encoding: .utf8
        )
        .replacingOccurrences(of: "$SECRET", with: MySQLTests.secretHash)
        .replacingOccurrences(of: "$OTHER", with: MySQLTests.otherHash)
        try server.sql("CREATE DATABASE `\(database.name)` CHARACTER SET utf8mb4; USE `\(database.name)`; \(tables)")
        let daemon = try Daemon.ours(
            "mysql",
            """
            user=mail passwd=\(MariaDB.readersPassword) host=\(server.socket) db=\(database.name) \
            preset=\(database.preset)
            """,
            "-r"
        )
        for (login, domain) in [
            ("active", "example.org"), ("older", "example.org"), ("inactive", "example.org"),
            ("nosmtp", "example.org"), ("norelay", "example.org"), ("forced", "example.org"),
            ("elsewhere", "example.org"), ("nobody", "example.org"), ("active", "closed.example"),
            ("active", "backup.example"), ("active", "example.net"), ("日本", "example.org"),
        ] {
            for (password, accepted) in [
                ("secret", database.accepted), ("other", database.acceptedByApplication), ("wrong", []),
            ] {
                let isRight = domain == "example.org" && accepted.contains(login)
                let answer = try daemon.ask(login, password, "smtp", domain)
                #expect(answer == (isRight ? .text("OK") : MySQLTests.refused), "\(login)@\(domain) \(password)")
            }
        }
    }
}
