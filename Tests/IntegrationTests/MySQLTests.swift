import Foundation
import TestSupport
import Testing

/// Passwords of a database, by pam_mysql's settings and by ours.
struct MySQLTests {
    /// Of `secret`, and of `other`.
    static let secretHash = "$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1"
    static let otherHash = "$1$abcdefgh$0cZDBA1/jdY3VmuMpelFJ1"
    static let refused = MuxClient.Answer.text("NO Incorrect password")
    static let unavailable = MuxClient.Answer.text("")

    let server: MariaDB

    init() throws {
        server = try MariaDB.shared.get()
    }

    /// Makes a table of the database `mail` of its own.
    private func table(_ name: String, _ columns: String, _ rows: String) throws {
        try server.sql("CREATE TABLE \(name) (\(columns)); INSERT INTO \(name) VALUES \(rows);", database: "mail")
    }

    private var credentials: String { "user=mail passwd=\(MariaDB.readersPassword) host=\(server.socket) db=mail" }

    /// The settings that have no query yet, and `rest`.
    private func start(_ rest: String) throws -> Daemon { try Daemon.ours("mysql", "\(credentials) \(rest)") }

    @Test func `pam_mysql's arguments and its files are understood, and give its answers`() throws {
        try table(
            "accounts",
            "login VARCHAR(255), password VARCHAR(255), status INT, active INT",
            """
            ('admin@example.org', '\(Self.secretHash)', 0, 1), ('closed@example.org', '\(Self.secretHash)', 0, 0),
            ('null@example.org', NULL, 0, 1), ('empty@example.org', '', 0, 1), ('star@example.org', '*', 0, 1),
            ('expired@example.org', '\(Self.secretHash)', 1, 1), ('old@example.org', '\(Self.secretHash)', 2, 1),
            ('both@example.org', '\(Self.secretHash)', 3, 1), ('nostatus@example.org', '\(Self.secretHash)', NULL, 1),
            ('two@example.org', '\(Self.secretHash)', 0, 1), ('two@example.org', '\(Self.secretHash)', 0, 1),
            ('three@example.org', '\(Self.secretHash)', 0, 1), ('three@example.org', '\(Self.otherHash)', 0, 1),
            ('three@example.org', NULL, 0, 1)
            """
        )
        let line = """
            \(credentials) table=accounts usercolumn=login passwdcolumn=password statcolumn=status [where=active = 1] \
            crypt=1 md5=1 verbose=1
            """
        let folder = try MariaDBFiles.folder()
        let files = [
            "keys": """
            # One setting a line.
            user = mail
            passwd = \(MariaDB.readersPassword)
            host = \(server.address)
            db = mail
              # An indented comment.
            table = accounts
            usercolumn = login
            passwdcolumn = password
            statcolumn = status
            where = active = 1
            crypt = Y
            """,
            "sections": """
            users.host = \(server.socket);\r
            users.database = mail;\r
            users.db_user = mail;\r
            users.db_passwd = \(MariaDB.readersPassword);\r
            users.table = accounts;\r
            users.user_column = login;\r
            users.password_column = password;\r
            users.status_column = status;\r
            users.where_clause = active = 1;\r
            users.password_crypt = 1;\r
            users.use_md5 = yes;\r
            verbose = 1;\r

            """,
        ]
        for (name, text) in files {
            try text.write(toFile: folder.path(name), atomically: false, encoding: .utf8)
        }
        let expected: [(login: String, password: String, answer: MuxClient.Answer)] = [
            ("admin", "secret", .text("OK")), ("ADMIN", "secret", .text("OK")), ("admin", "Secret", Self.refused),
            ("admin", "secret ", Self.refused), ("admin", Self.secretHash, Self.refused),
            ("nobody", "secret", Self.refused), ("closed", "secret", Self.refused),
            ("null", "secret", Self.refused), ("empty", "secret", Self.refused), ("star", "*", Self.refused),
            ("expired", "secret", .text("NO Account expired")), ("old", "secret", .text("NO Password expired")),
            ("both", "secret", .text("NO Account expired")), ("nostatus", "secret", .text("NO Account expired")),
            ("expired", "wrong", Self.refused), ("old", "wrong", Self.refused),
            ("two", "secret", Self.refused), ("three", "secret", Self.refused),
        ]
        for option in [line, folder.path("keys"), folder.path("sections"), "config_file=" + folder.path("sections")] {
            let daemon = try Daemon.ours("mysql", option, "-r")
            for (login, password, answer) in expected {
                let got = try daemon.ask(login, password, "smtp", "example.org")
                #expect(got == answer, "\(option): \(login) \(password)")
            }
            #expect(daemon.wait { daemon.log.contains("user three@example.org: 3 rows, expected one") })
        }
    }

    /// Who is accepted, and whose status nobody can read; columns of the same statuses in other types.
    @Test(arguments: [
        ("VARCHAR(20)", ["0", "2", "disabled", "", "0 or so"]),
        ("ENUM('0', '1', '2', 'disabled')", ["0", "2", "disabled"]),
        ("SET('0', '2', 'disabled')", ["0", "2", "disabled", "0,2"]), ("CHAR(10)", ["0", "2", "disabled"]),
        ("TEXT", ["0", "2", "disabled"]), ("DECIMAL(5,1)", ["0", "2", "0.5"]), ("TINYINT UNSIGNED", ["0", "2"]),
        ("BIGINT", ["0", "2"]), ("BIT(5)", ["0", "2"]), ("MEDIUMINT ZEROFILL", ["0", "2"]), ("YEAR", ["2000"]),
        ("JSON", ["0", "2", "\"disabled\""]),
    ])
    func `a status is a number, in whatever type, and nothing else is a good account`(
        type: String,
        values: [String]
    ) throws {
        let name = "status_\(type.filter(\.isLetter))"
        let rows = values.enumerated().map { index, value in
            "('user\(index)', '\(Self.secretHash)', \(type.hasPrefix("BIT") ? value : "'\(value)'"))"
        }
        try table(name, "login VARCHAR(255), password VARCHAR(255), st \(type)", rows.joined(separator: ","))
        let daemon = try start("table=\(name) usercolumn=login passwdcolumn=password statcolumn=st crypt=1")
        for (index, value) in values.enumerated() {
            let expected: MuxClient.Answer? =
                switch value {
                case "0", "2000": .text("OK")
                case "2": .text("NO Password expired")
                default: .text("NO Account not permitted")
                }
            #expect(try daemon.ask("user\(index)", "secret", "smtp", "") == expected, "\(type) \(value)")
        }
        let isOdd = values.contains { !["0", "2", "2000"].contains($0) }
        #expect(!isOdd || daemon.wait { daemon.log.contains("column st: the status is not a number") })
    }

    @Test func `every row of a query is a password of the user's`() throws {
        try table(
            "app_passwords",
            "login VARCHAR(255), password VARCHAR(255)",
            """
            ('alice', NULL), ('alice', '\(Self.secretHash)'), ('alice', ''), ('alice', '\(Self.otherHash)'),
            ('bob', '\(Self.otherHash)')
            """
        )
        let daemon = try start("[query=SELECT password FROM app_passwords WHERE login = %u]")
        for (login, password, answer) in [
            ("alice", "secret", MuxClient.Answer.text("OK")), ("alice", "other", .text("OK")),
            ("alice", "third", Self.refused), ("alice", "", Self.refused), ("bob", "other", .text("OK")),
            ("bob", "secret", Self.refused), ("carol", "secret", Self.refused),
        ] where !password.isEmpty {
            #expect(try daemon.ask(login, password, "imap", "") == answer, "\(login) \(password)")
        }
        // A user with more rows than any has is no user.
        let rows = Array(repeating: "('crowd', '\(Self.secretHash)')", count: 65).joined(separator: ",")
        try server.sql("INSERT INTO app_passwords VALUES \(rows);", database: "mail")
        #expect(try daemon.ask("crowd", "secret", "imap", "") == .text("NO Account not permitted"))
        #expect(daemon.wait { daemon.log.contains("more than 64 rows for one user") })
        #expect(try daemon.ask("alice", "secret", "imap", "") == .text("OK"))
    }

    @Test func `each part of a request can be asked for, with -r and without`() throws {
        try table(
            "parts",
            "login VARCHAR(255), local VARCHAR(255), domain VARCHAR(255), service VARCHAR(255), realm VARCHAR(255)",
            """
            ('alice', 'alice', 'example.org', 'smtp', 'example.org'),
            ('bob@example.org', 'bob', 'example.org', 'smtp', 'example.org'),
            ('a@b@example.net', 'a@b', 'example.net', 'imap', '')
            """
        )
        let query = """
            [query=SELECT '\(Self.secretHash)', '%%?' = '' FROM parts WHERE login = '%u' AND local = %n AND domain = "%d" \
            AND service = %s AND realm = %r AND MOD(7, 4) = 7 % 4]
            """
        for (flag, login, service, realm, isThere) in [
            ("-V", "alice", "smtp", "example.org", true), ("-V", "alice", "imap", "example.org", false),
            ("-V", "alice", "smtp", "example.net", false), ("-V", "bob@example.org", "smtp", "example.org", true),
            ("-V", "bob", "smtp", "example.org", false), ("-r", "bob", "smtp", "example.org", true),
            ("-r", "a@b@example.net", "imap", "", true), ("-r", "a@b", "imap", "example.net", false),
        ] {
            let daemon = try Daemon.ours("mysql", "\(credentials) \(query)", flag)
            let answer = try daemon.ask(login, "secret", service, realm)
            #expect(answer == (isThere ? .text("OK") : Self.refused), "\(flag) \(login) \(service) \(realm)")
        }
    }

    @Test(arguments: [
        ("user=mail db=mail tabel=accounts", "-O: unknown setting tabel; did you mean table?"),
        ("user=mail db=mail passwrd=hush-hush", "-O: unknown setting passwrd; did you mean passwd?"),
        ("user=mail db=mail", "missing setting: passwdcolumn="),
        ("user=mail db=mail preset=postfix", "-O: preset=postfix: expected one of cyberpanel, froxlor"),
        ("user=mail db=mail preset=vpopmail table=vpopmail", "preset= (-O) and table= (-O) exclude each other"),
        ("user=mail db=mail [query=SELECT 1]", "-O: query=SELECT 1: expected a query with %u"),
        ("mysql.conf", "-O mysql.conf: expected the absolute path of a file, or settings name=value"),
        ("/nowhere/mysql.conf", "cannot read /nowhere/mysql.conf: No such file or directory"),
    ])
    func `settings that cannot be right end the start, and are named`(option: String, complaint: String) throws {
        let folder = try MariaDBFiles.folder()
        let result = try Command(
            Programs.path("saslauthd"),
            ["-a", "mysql", "-O", option, "-d", "-m", folder.url.path]
        ).run()
        #expect(result.status == 1)
        #expect(result.complaints.contains(complaint), "\(result.complaints)")
        #expect(!result.complaints.contains("hush-hush"))
    }

    @Test(arguments: [
        ("user=mail passwd=wrong-word", "table=nothing usercolumn=a passwdcolumn=b", "Access denied for user 'mail'"),
        (
            "user=mail passwd=database-word", "table=nothing usercolumn=a passwdcolumn=b",
            "Table 'mail.nothing' doesn't exist"
        ),
        ("user=mail passwd=database-word", "table=mysql.user usercolumn=a passwdcolumn=b", "Unknown column 'b'"),
        (
            "user=mail passwd=database-word", "table=mysql.user usercolumn=a passwdcolumn=b [where=a b c]",
            "You have an error in your SQL syntax"
        ),
        (
            "user=mail passwd=database-word", "[query=SELECT user, 0, user, user FROM mysql.user WHERE user = %u]",
            "the query returns 4 columns"
        ),
        (
            "user=mail passwd=database-word", "[query=DELETE FROM mysql.user WHERE user = %u]",
            "DELETE command denied to user"
        ),
    ])
    func `what the database refuses is no refusal of the password, and the log has its words`(
        credentials: String,
        rest: String,
        reason: String
    ) throws {
        let daemon = try Daemon.ours("mysql", "\(credentials) host=\(server.socket) db=mail \(rest)")
        #expect(try daemon.ask("alice", "secret-of-alice", "smtp", "") == Self.unavailable)
        #expect(
            daemon.wait {
                daemon.log.contains("auth unavailable: [user=alice] [service=smtp] [realm=] [mech=mysql] [reason=")
                    && daemon.log.contains(reason)
            },
            "\(daemon.log)"
        )
        for word in ["wrong-word", "database-word", "secret-of-alice"] { #expect(!daemon.log.contains(word)) }
    }

    @Test func `--check tells which server was asked, what, and what came of it`() throws {
        try table("checked", "login VARCHAR(255), password VARCHAR(255)", "('alice', '\(Self.secretHash)')")
        for (login, password, status, words) in [
            ("alice", "secret", Int32(0), ["rows: 1", "the password matches"]),
            ("alice", "wrong", 1, ["rows: 1", "the password does not match"]), ("bob", "secret", 1, ["rows: 0"]),
        ] {
            let result = try Command(
                Programs.path("saslauthd"),
                [
                    "-a", "mysql", "-O", "\(credentials) table=checked usercolumn=login passwdcolumn=password crypt=1",
                    "--check", login,
                ]
            ).run(input: "\(password)\n")
            #expect(result.status == status, "\(result)")
            for part in ["querying \(server.socket)", "query: SELECT password, 0, login FROM checked WHERE login = ?"]
                + words
            {
                #expect(result.output.contains(part), "\(result)")
            }
            #expect(!result.output.contains(MariaDB.readersPassword) && !result.output.contains("cHJi5PX"))
        }
    }

    @Test func `accounts of MariaDB with each of its own plugins go on working`() throws {
        try table("plugins", "login VARCHAR(255), password VARCHAR(255)", "('alice', '\(Self.secretHash)')")
        let account = geteuid() == 0 ? "nobody" : NSUserName()
        try server.sql(
            """
            INSTALL SONAME 'auth_ed25519';
            CREATE USER edward@'%' IDENTIFIED VIA ed25519 USING PASSWORD('edwards-word');
            CREATE USER IF NOT EXISTS `\(account)`@localhost IDENTIFIED VIA unix_socket;
            GRANT SELECT ON mail.* TO edward@'%';
            GRANT SELECT ON mail.* TO `\(account)`@localhost;
            """
        )
        let rest = "db=mail table=plugins usercolumn=login passwdcolumn=password crypt=1"
        for user in [
            "user=mail passwd=\(MariaDB.readersPassword) host=\(server.socket)",
            "user=mail passwd=\(MariaDB.readersPassword) host=\(server.address)",
            "user=edward passwd=edwards-word host=\(server.socket)",
            "user=edward passwd=edwards-word host=\(server.address)", "user=\(account) host=\(server.socket)",
        ] {
            let daemon = try Daemon.ours("mysql", "\(user) \(rest)", "--user", account)
            #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"), "\(user): \(daemon.log)")
        }
    }

    @Test func `no log has a password, a hash or a credential, nor has the process list`() throws {
        try table(
            "logged",
            "login VARCHAR(255), password VARCHAR(255)",
            "('alice', '\(Self.secretHash)'), ('odd', '$9$none$ofanyone'), ('bob', '\(Self.otherHash)')"
        )
        let daemon = try start("table=logged usercolumn=login passwdcolumn=password crypt=1 verbose=1")
        for (login, password) in [
            ("alice", "secret"), ("alice", "guess-1"), ("bob", "guess-2"), ("odd", "guess-3"), ("nobody", "guess-4"),
        ] {
            _ = try daemon.ask(login, password, "smtp", "")
        }
        #expect(daemon.wait { daemon.log.contains("[user=nobody]") })
        for word in [MariaDB.readersPassword, "guess-", "cHJi5PX", "0cZDBA1", "$9$", "secret"] {
            #expect(!daemon.log.contains(word), "\(word)")
        }
        #expect(daemon.log.contains("query: SELECT password, 0, login FROM logged WHERE login = ?"))
        let processes = try Command("/bin/ps", "-ww", "-eo", "args").run().output.split(separator: "\n")
        let ours = processes.filter { $0.contains("saslauthd-mysql") || $0.contains(daemon.folder.url.path) }
        #expect(!ours.isEmpty && !ours.contains { $0.contains(MariaDB.readersPassword) })
    }
}
