import Foundation
import TestSupport
import Testing

/// Logins with SCRAM over Dovecot's protocol, with hashes in a real table.
@Suite struct MySQLDovecotTests {
    /// Of `secret`, as doveadm(1) wrote it: the mark with salt and rounds, and the two keys.
    private static let (mark, storedKey, serverKey) = (
        "{SCRAM-SHA-256}4096,HgvmJBorVLWSj21M19xsNg==", "EX7mwBpN/UHYb6qvkDEN7AkRwQPZlrl4auycrox1Erc=",
        "uLeL+/IH0nwVAYboZtylvhUZOE1d2gcgJj9ygiKNNWg="
    )
    /// A key of the right length that belongs to nothing.
    private static let otherKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

    private static let rows: [(login: String, hash: String)] = [
        ("alice", "\(mark),\(storedKey),\(serverKey)"), ("clear", "{PLAIN}secret"),
        ("o''brien, x=y", "\(mark),\(storedKey),\(serverKey)"),
        ("cut", "\(mark),\(storedKey)"), ("short", "\(mark),\(storedKey),QUJD"),
        ("few", "{SCRAM-SHA-256}1,HgvmJBorVLWSj21M19xsNg==,\(storedKey),\(serverKey)"),
        ("letters", "{SCRAM-SHA-256}4096,!,\(storedKey),\(serverKey)"),
        ("stored", "\(mark),\(otherKey),\(serverKey)"), ("server", "\(mark),\(storedKey),\(otherKey)"),
    ]

    private let server: MariaDB
    private let folder: TemporaryFolder
    private let daemon: Daemon

    init() throws {
        server = try MariaDB.shared.get()
        let table = "dovecot_\(UUID().uuidString.replacing("-", with: ""))"
        let values = Self.rows.map { "('\($0.login)', '\($0.hash)')" }.joined(separator: ", ")
        try server.sql(
            "CREATE TABLE \(table) (login VARCHAR(255), hash VARCHAR(255)); INSERT INTO \(table) VALUES \(values);",
            database: "mail"
        )
        folder = try MariaDBFiles.folder()
        let settings =
            "user=mail passwd=\(MariaDB.readersPassword) host=\(server.socket) db=mail allow_weak=1 scram=SCRAM-SHA-256 "
            + "[query=SELECT hash FROM \(table) WHERE login = %u]"
        let socket = "\(folder.path("auth")),mechanisms=plain+scram-sha-256"
        daemon = try Daemon.ours("mysql", settings, "--throttle", "off", "--dovecot", socket)
        let (path, daemon) = (folder.path("auth"), daemon)
        try #require(daemon.wait { (try? DovecotClient(path, minor: 1)) != nil }, "\(daemon.log)")
    }

    private func logIn(_ login: String, _ password: String, _ mechanism: String = "SCRAM-SHA-256") throws
        -> Command.Result
    {
        try Command(
            Programs.path("testsaslauthd"),
            ["--dovecot", folder.path("auth"), "-u", login, "-s", "smtp", "--mechanism", mechanism]
        ).run(input: password)
    }

    @Test func `the right password of a hash or of clear text logs in, and no other`() throws {
        for login in ["alice", "clear", "o'brien, x=y"] {
            for (mechanism, other) in [("SCRAM-SHA-256", "PLAIN"), ("PLAIN", "SCRAM-SHA-256")] {
                let right = try logIn(login, "secret", mechanism)
                #expect(right.output == "0: OK \"Success.\"\n", "\(login): \(right)")
                let wrong = try logIn(login, "Secret", other)
                #expect(wrong.output == "0: NO \"authentication failed\"\n" && wrong.status == 1, "\(login): \(wrong)")
            }
        }
        for password in ["secret", "password", ""] { #expect(try logIn("nobody", password).status == 1) }
        #expect(daemon.wait { daemon.log.contains("auth failure: [user=nobody]") })
        #expect(!daemon.log.contains("secret"))
    }

    @Test func `a damaged hash is a refusal, with its reason in the log`() throws {
        for (login, reason) in [
            ("cut", "the SCRAM-SHA-256 hash is damaged"), ("short", "the SCRAM-SHA-256 hash is damaged"),
            ("letters", "the SCRAM-SHA-256 hash is damaged"),
            ("few", "the SCRAM-SHA-256 hash has a salt or rounds that clients refuse"),
        ] {
            let result = try logIn(login, "secret")
            #expect(result.output == "0: NO \"authentication failed\"\n", "\(login): \(result)")
            #expect(daemon.wait { daemon.log.contains("user \(login): \(reason)") }, "\(daemon.log)")
        }
        // The hash is whole, and its key is another one.
        #expect(try logIn("stored", "secret").status == 1)
    }

    @Test func `a client finds out that the server has another key`() throws {
        let result = try logIn("server", "secret")
        #expect(result.status == 2)
        #expect(result.complaints.hasPrefix("the server did not prove that it knows the password\n"), "\(result)")
    }
}
