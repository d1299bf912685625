import Foundation
import TestSupport
import Testing

/// Logins with SCRAM through the program of mysql and a real table, with a client that is not ours.
struct MySQLProofTests {
    private static let asks = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Support/ask-mechanism").path
    /// Of `secret`, as doveadm(1) wrote them.
    private static let sha1 =
        "{SCRAM-SHA-1}4096,KbscvroC4vVEX5zH1BCUKQ==,s+ZHnLznVlPCATVquGuUcc+H7jM=,aBZvJoPl3vnTgoIHfnKYD2zhx3E="
    private static let sha256 =
        "{SCRAM-SHA-256}4096,HgvmJBorVLWSj21M19xsNg==,EX7mwBpN/UHYb6qvkDEN7AkRwQPZlrl4auycrox1Erc=,"
        + "uLeL+/IH0nwVAYboZtylvhUZOE1d2gcgJj9ygiKNNWg="
    private static let offered = "0 4096 b2ZmZXJlZCBzYWx0\n"
    private static let unknown = "1 0 \n"

    private let server: MariaDB

    init() throws {
        server = try MariaDB.shared.get()
    }

    private func table(_ name: String, _ rows: [(login: String, hash: String, status: Int)]) throws {
        let values = rows.map { "('\($0.login)', '\($0.hash)', \($0.status))" }.joined(separator: ", ")
        try server.sql(
            "CREATE TABLE \(name) (login VARCHAR(255), hash VARCHAR(255), status INT); INSERT INTO \(name) VALUES \(values);",
            database: "mail"
        )
    }

    private func prove(_ settings: String, _ scheme: String, _ login: String, _ password: String) throws -> String {
        let option = "user=mail passwd=\(MariaDB.readersPassword) host=\(server.address) db=mail \(settings)"
        let result = try Command(
            Self.asks,
            ["--prove", scheme, Programs.path("saslauthd-mysql"), option, login, password, "smtp", ""]
        ).run()
        return result.output + result.complaints
    }

    @Test func `hashes for SCRAM and clear text serve it, and other rows take the steps of an unknown user`() throws {
        try table(
            "proofs",
            [
                ("one", Self.sha1, 0), ("two", Self.sha256, 0), ("clear", "{PLAIN}secret", 0),
                ("crypt", MySQLTests.secretHash, 0), ("empty", "", 0), ("expired", Self.sha256, 1),
                ("old", "{PLAIN}secret", 2),
            ]
        )
        let settings = "[query=SELECT hash, status, login FROM proofs WHERE login = %u] allow_weak=yes scram=yes"
        let hello = "2 SCRAM-SHA-1 SCRAM-SHA-256\n"
        let (first, second) = ("0 4096 KbscvroC4vVEX5zH1BCUKQ==\n", "0 4096 HgvmJBorVLWSj21M19xsNg==\n")
        let cases: [(scheme: String, login: String, password: String, expected: String)] = [
            ("SCRAM-SHA-1", "one", "secret", first + "0 one right\n"),
            ("SCRAM-SHA-1", "one", "Secret", first + "2 one 0 bytes\n"),
            ("SCRAM-SHA-256", "two", "secret", second + "0 two right\n"),
            ("SCRAM-SHA-256", "two", "", second + "2 two 0 bytes\n"),
            ("SCRAM-SHA-1", "clear", "secret", Self.offered + "0 clear right\n"),
            ("SCRAM-SHA-256", "clear", "secret", Self.offered + "0 clear right\n"),
            ("SCRAM-SHA-256", "clear", "wrong", Self.offered + "2 clear 0 bytes\n"),
            ("SCRAM-SHA-256", "one", "secret", Self.unknown + "2 one 0 bytes\n"),
            ("SCRAM-SHA-256", "crypt", "secret", Self.unknown + "2 crypt 0 bytes\n"),
            ("SCRAM-SHA-256", "empty", "", Self.unknown + "2 empty 0 bytes\n"),
            ("SCRAM-SHA-256", "nobody", "secret", Self.unknown + "1 0 bytes\n"),
            ("SCRAM-SHA-256", "nobody", "password", Self.unknown + "1 0 bytes\n"),
            ("SCRAM-SHA-256", "expired", "secret", second + "4 expired 0 bytes\n"),
            ("SCRAM-SHA-256", "expired", "wrong", second + "2 expired 0 bytes\n"),
            ("SCRAM-SHA-1", "old", "secret", Self.offered + "3 old 0 bytes\n"),
        ]
        for (scheme, login, password, expected) in cases {
            #expect(try prove(settings, scheme, login, password) == hello + expected, "\(scheme) \(login) \(password)")
        }
    }

    @Test func `of several passwords of a user, each in clear text counts, and a hash if it is the first to serve`()
        throws
    {
        try table(
            "several",
            [("alice", "{PLAIN}first", 0), ("alice", "{PLAIN}second", 0), ("bob", "*", 0), ("bob", Self.sha256, 0)]
        )
        let query = "[query=SELECT hash, status, login FROM several WHERE login = %u] allow_weak=1 scram=SCRAM-SHA-256"
        let hello = "2 SCRAM-SHA-256\n"
        for password in ["first", "second"] {
            let answer = try prove(query, "SCRAM-SHA-256", "alice", password)
            #expect(answer == hello + Self.offered + "0 alice right\n")
        }
        let third = try prove(query, "SCRAM-SHA-256", "alice", "third")
        #expect(third == hello + Self.offered + "2 alice 0 bytes\n")
        let bob = try prove(query, "SCRAM-SHA-256", "bob", "secret")
        #expect(bob == hello + "0 4096 HgvmJBorVLWSj21M19xsNg==\n0 bob right\n")
        // As with a password, pam_mysql's settings want one row.
        let columns = "table=several usercolumn=login passwdcolumn=hash scram=SCRAM-SHA-256"
        #expect(
            try prove(columns, "SCRAM-SHA-256", "alice", "first") == hello + Self.unknown + "2 alice 0 bytes\n"
        )
    }

    @Test func `nothing is offered without the setting, and a server that is down is no unknown user`() throws {
        let columns = "table=proofs usercolumn=login passwdcolumn=hash"
        #expect(try prove(columns, "SCRAM-SHA-256", "alice", "x") == "2\nSCRAM-SHA-256 is not offered\n")
        let down = "\(columns) scram=yes host=127.0.0.1:1"
        let answer = try prove(down, "SCRAM-SHA-256", "alice", "x")
        #expect(answer == "2 SCRAM-SHA-1 SCRAM-SHA-256\n129 0 \n129 0 bytes\n")
    }
}
