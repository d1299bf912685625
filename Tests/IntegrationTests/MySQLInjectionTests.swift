import TestSupport
import Testing

/// Logins, realms and services that would be more than a value, were they pasted into a query.
struct MySQLInjectionTests {
    static let texts = [
        "'", "''", "\"", "\\", "\\'", "x' OR '1'='1", "x\" OR \"1\"=\"1", "' OR 1=1 -- ", "' OR 1=1#", "'/*",
        "*/ OR 1=1",
        "admin' -- ", "admin'#", "admin\\", "admin'/*", "'; DROP TABLE guarded; -- ", "' UNION SELECT 'x", "%", "_",
        "%%",
        "adm%", "adm_n", "a%n", "?", "%u", "%s", "%n", "admin%00", "admin\\0", "admin;", "0", "1", "TRUE", "NULL",
        "admin\n", "\u{8}admin", "\u{1A}admin", "`admin`", "admin)", "(admin)", "0x61646d696e", "@@version",
        "admin\u{200B}", "日本", "\u{1F600}", "müller", "ad\u{131}n",
    ].map { Array($0.utf8) }

    /// Bytes of which a character set makes a quote, or none.
    static let bytes: [[UInt8]] =
        [
            [0xBF, 0x27], [0xBF, 0x5C, 0x27], [0xA1, 0x5C], [0xA1, 0x5C, 0x27], [0x81, 0x27], [0x81, 0x5C, 0x27],
            [0x95, 0x5C], [0x83, 0x5C, 0x27], [0xC0, 0x27], [0xC0, 0xA7], [0xE0, 0x80, 0xA7], [0xF0, 0x80, 0x80, 0xA7],
            [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xFE, 0xFF], [0xBF], [0x80], [0xC2],
        ].flatMap { [$0, Array("admin".utf8) + $0, $0 + Array(" OR 1=1 -- ".utf8), $0 + Array("admin".utf8)] }

    private static let queries = [
        "table=guarded usercolumn=login passwdcolumn=password crypt=1",
        "table=latin usercolumn=login passwdcolumn=password crypt=1",
        """
        [query=SELECT password FROM guarded WHERE login = %u UNION ALL SELECT password FROM guarded \
        WHERE login = CONCAT('u', %n) OR login = CONCAT('d', %d) OR login = CONCAT('s', %s) OR login = CONCAT('r', %r)]
        """,
    ]

    private static let ready = Result {
        try MariaDB.shared.get().sql(
            """
            CREATE TABLE guarded (login VARCHAR(255), password VARCHAR(255));
            CREATE TABLE latin (login VARCHAR(255) COLLATE latin1_general_ci, password VARCHAR(255));
            INSERT INTO guarded VALUES ('admin', '\(MySQLTests.secretHash)'), ('udmin', '\(MySQLTests.secretHash)'),
                ('', '\(MySQLTests.secretHash)');
            INSERT INTO latin SELECT login, password FROM guarded;
            """,
            database: "mail"
        )
    }

    @Test(arguments: ["utf8mb4", "latin1", "gbk", "sjis", "big5"], queries)
    func `no login, realm or service reaches a row that is not its own`(charset: String, query: String) throws {
        let server = try MariaDB.shared.get()
        _ = try Self.ready.get()
        let daemon = try Daemon.ours(
            "mysql",
            "user=mail passwd=\(MariaDB.readersPassword) host=\(server.socket) db=mail charset=\(charset) \(query)",
            "-r"
        )
        func ask(_ login: [UInt8], _ service: [UInt8], _ realm: [UInt8]) throws -> MuxClient.Answer {
            let client = try MuxClient(daemon.socket)
            try client.send(MuxClient.request(login, Array("secret".utf8), service, realm))
            return try client.answer()
        }
        let (admin, smtp) = (Array("admin".utf8), Array("smtp".utf8))
        #expect(try ask(admin, smtp, []) == .text("OK"))
        for value in Self.texts + Self.bytes {
            let answers = [
                try ask(value, smtp, []), try ask(admin, smtp, value), try ask(value, value, value),
                try ask(Array("x".utf8), value, smtp),
            ]
            for answer in answers {
                if charset == "utf8mb4" {
                    #expect(answer == MySQLTests.refused, "\(value)")
                } else {
                    #expect(answer == MySQLTests.refused || answer == MySQLTests.unavailable, "\(value)")
                }
            }
        }
        // A zero byte is no request.
        #expect(try ask(admin + [0], smtp, []) != .text("OK"))
        #expect(try ask(admin, smtp, []) == .text("OK"))
        #expect(try server.sql("SELECT COUNT(*) FROM guarded", database: "mail") == "3\n")
    }
}
