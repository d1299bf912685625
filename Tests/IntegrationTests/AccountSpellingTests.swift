import Foundation
import TestSupport
import Testing

/// One account that is written in many ways, at real servers: it is guessed as slowly as if it were written in one.
struct AccountSpellingTests {
    /// Whom to ask about, as a client of saslauthd sends it.
    struct Login: Sendable {
        let name: String
        var realm = ""
        var service = "smtp"
    }

    /// A daemon that is asked, and the file with its log.
    struct Server {
        let socket: String
        let log: () -> String

        /// Whether the answer is yes; rimap has a word more.
        func accepts(_ login: Login, _ password: String) throws -> Bool {
            let answer = try MuxClient.ask(socket, login.name, password, login.service, login.realm)
            return [.text("OK"), .text("OK remote authentication successful")].contains(answer)
        }

        private var failures: Int { log().components(separatedBy: "auth failure: ").count - 1 }

        /// Sends a wrong password for each of `logins`, as fast as that is possible; meanwhile `other` logs in.
        func guess(_ logins: [Login], other: Login) throws {
            let before = failures
            let start = ContinuousClock.now
            var clients = try logins.enumerated().map { number, login in
                let client = try MuxClient(socket)
                try client.send(MuxClient.request(login.name, "guess \(number)", login.service, login.realm))
                return client
            }
            #expect(try accepts(other, "secret"))
            // Ten wait for their turn, and four refusals are delayed; all others have their answer.
            var answers: [MuxClient.Answer] = []
            let areAnswered = waitUntil {
                clients.removeAll { client in
                    guard let answer = try? client.answer(milliseconds: 0), answer != .silence else { return false }
                    answers.append(answer)
                    return true
                }
                return clients.count <= 14
            }
            #expect(areAnswered)
            #expect(answers.allSatisfy { !"\($0)".contains("OK") })
            #expect(waitUntil { log().contains("too many attempts at this login") && failures - before > 3 })
            let looked = failures - before
            let seconds = Int((ContinuousClock.now - start).components.seconds) + 1
            #expect(looked <= 9 + 4 * (seconds / 8 + 1), "\(looked) in \(seconds) s")
            #expect(try accepts(other, "secret"))
        }
    }

    // MARK: Accounts of the system, and IMAP

    /// One system for all tests of the suite.
    private static let shared = Result { try Bed() }

    private final class Bed: Sendable {
        private let folder: TemporaryFolder
        private let running: PrivateSystem.Running

        init() throws {
            folder = try MariaDBFiles.folder()
            let database = try MariaDB.shared.get()
            try AccountSpellingTests.table("spelt", in: database)
            let settings = """
                user=mail passwd=\(MariaDB.readersPassword) host=\(database.socket) db=mail table=spelt \
                usercolumn=login passwdcolumn=password crypt=1
                """
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("spellings.sh").path
            running = try PrivateSystem.Running(
                folder,
                ["/bin/sh", script, folder.url.path, Programs.directory, settings],
                sockets: ["pam", "shadow", "rimap"].map { [folder] in folder.path("\($0)/mux") }
            )
        }

        func server(_ mechanism: String) -> Server {
            let log = folder.path("\(mechanism).log")
            return Server(socket: folder.path("\(mechanism)/mux")) {
                (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            }
        }
    }

    private static let isRoot = geteuid() == 0

    @Test(.enabled(if: isRoot, "a private system needs root"), arguments: ["pam", "shadow", "rimap"])
    func `a mechanism that sees no realm is guessed as slowly with any realm and any letters`(mechanism: String) throws
    {
        let server = try Self.shared.get().server(mechanism)
        let logins = Spellings.of("alice").enumerated().map { number, spelling in
            // Every other one is the account for each of these mechanisms.
            Login(name: number % 2 == 0 ? "alice" : spelling, realm: "r\(number)")
        }
        try server.guess(logins, other: Login(name: "bob"))
    }

    @Test(.enabled(if: isRoot, "a private system needs root"))
    func `a database behind pam_mysql is guessed as slowly by any letters that its collation takes for one`() throws {
        let server = try Self.shared.get().server("pam")
        // PAM's modules get the login without the realm.
        let logins = Self.letters.map { Login(name: "\($0)@example.org", service: "mail") }
        try server.guess(logins, other: Login(name: "bob@example.org", service: "mail"))
    }

    @Test(
        .enabled(if: isRoot, "a private system needs root"),
        arguments: [
            ("pam", Login(name: "anna", realm: "r7")), ("pam", Login(name: "ANNA@EXAMPLE.ORG ", service: "mail")),
            ("pam", Login(name: "ßandra@example.org", service: "mail")), ("shadow", Login(name: "anna", realm: "r7")),
            ("rimap", Login(name: "ANNA", realm: "r7")), ("rimap", Login(name: "aNNa")),
        ]
    )
    func `a right password is accepted in each spelling that the server takes`(mechanism: String, login: Login) throws {
        let server = try Self.shared.get().server(mechanism)
        #expect(try server.accepts(login, "secret"))
        #expect(try !server.accepts(login, "wrong"))
    }

    // MARK: MySQL

    /// A hundred spellings of `mississippi` in MariaDB's default collation.
    private static var letters: [String] {
        (0..<100).map { number in
            let letters = "mississippi".enumerated().map { place, letter in
                let others: [Character: [String]] = [
                    "m": ["m", "M", "ṁ", "Ṃ"], "s": ["s", "ß", "S", "ş"], "i": ["i", "I", "ï", "Í"],
                    "p": ["p", "P", "ṕ", "Ṗ"],
                ]
                return others[letter]?[((number + 1) * 2_654_435_761) >> (2 * place) & 3] ?? "\(letter)"
            }
            return letters.joined()
        }
    }

    /// A hundred spellings of `さくらももこ` that fold to many names, and are one in Unicode's collation.
    private static var kana: [String] {
        (0..<100).map { number in
            let letters = "さくらももこ".unicodeScalars.enumerated().map { place, letter in
                // Katakana stand as many places behind.
                number >> place & 1 == 1 ? Unicode.Scalar(letter.value + 0x60) ?? letter : letter
            }
            return String(String.UnicodeScalarView(letters))
        }
    }

    /// A table of the database `mail`, with `collation` or by default.
    private static func table(_ name: String, collation: String? = nil, in database: MariaDB) throws {
        let logins = ["alice", "anna", "bob", "sandra", "mississippi", "さくらももこ"].map {
            "('\($0)@example.org', '\(MySQLTests.secretHash)')"
        }
        try database.sql(
            """
            CREATE TABLE \(name) (login VARCHAR(255) PRIMARY KEY, password VARCHAR(255))\
            \(collation.map { " COLLATE \($0)" } ?? "");
            INSERT INTO \(name) VALUES \(logins.joined(separator: ","));
            """,
            database: "mail"
        )
    }

    /// A daemon that asks the table `table`, which is made.
    private func daemon(_ table: String, collation: String? = nil) throws -> Daemon {
        let database = try MariaDB.shared.get()
        try Self.table(table, collation: collation, in: database)
        return try Daemon.ours(
            "mysql",
            """
            user=mail passwd=\(MariaDB.readersPassword) host=\(database.socket) db=mail table=\(table) \
            usercolumn=login passwdcolumn=password crypt=1
            """,
            "-r",
            "--throttle",
            "on"
        )
    }

    private static let realm = "example.org"

    @Test func `a database is guessed as slowly by any letters that its default collation takes for one`() throws {
        let daemon = try daemon("spelt_letters")
        try Server(socket: daemon.socket) { daemon.log }.guess(
            (Self.letters + Spellings.of("mississippi")).shuffled().prefix(100).map {
                Login(name: $0, realm: Self.realm)
            },
            other: Login(name: "bob", realm: Self.realm)
        )
    }

    @Test func `a database names the account, so that letters which no rule knows for one are counted as one`() throws {
        let daemon = try daemon("spelt_kana", collation: "utf8mb4_unicode_ci")
        try Server(socket: daemon.socket) { daemon.log }.guess(
            Self.kana.map { Login(name: $0, realm: Self.realm) },
            other: Login(name: "bob", realm: Self.realm)
        )
    }

    @Test func `a right password is accepted in each spelling that the database takes`() throws {
        let kana = try daemon("spelt_in_kana", collation: "utf8mb4_unicode_ci")
        for spelling in Self.kana.prefix(64) {
            #expect(try kana.ask(spelling, "secret", "smtp", Self.realm) == .text("OK"), "\(spelling)")
        }
        let daemon = try daemon("spelt_rightly")
        for spelling in ["ANNA", "ánna", "anna", "ßandra", "ŞANDRA", "ẞ"] {
            let answer = try daemon.ask(spelling, "secret", "smtp", "example.org")
            #expect(answer == (spelling == "ẞ" ? MySQLTests.refused : .text("OK")), "\(spelling)")
        }
        #expect(try daemon.ask("anna", "secret", "smtp", "EXAMPLE.ORG  ") == .text("OK"))
        for spelling in Self.letters {
            #expect(try daemon.ask(spelling, "secret", "smtp", Self.realm) == .text("OK"), "\(spelling)")
        }
    }

    // MARK: sasldb

    /// A daemon with the users alice and bob of this host.
    private func sasldb(_ host: String, in folder: TemporaryFolder) throws -> Daemon {
        let file = folder.path("sasldb2")
        for login in ["alice", "bob"] {
            let made = try Command(Programs.path("saslpasswd2"), "-p", "-c", "-f", file, "-u", host, login)
                .run(input: "secret")
            try #require(made.status == 0, "\(made.complaints)")
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        return try Daemon.sasldb(.ours, file, "--throttle", "on")
    }

    private func host() throws -> String {
        try Command("/usr/bin/uname", "-n").run().output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Three names for the throttle, one user for the file.
    private func ways(_ host: String) -> [Login] {
        [Login(name: "alice"), Login(name: "alice", realm: host), Login(name: "alice@\(host)", realm: host)]
    }

    @Test func `a sasldb user is guessed as slowly by the host's name, without it, and with it twice`() throws {
        let (folder, host) = try (MariaDBFiles.folder(), host())
        let daemon = try sasldb(host, in: folder)
        let ways = ways(host)
        let logins = Spellings.of("alice").enumerated().map { number, spelling in
            number % 4 < 3 ? ways[number % 4] : Login(name: spelling, realm: host)
        }
        try Server(socket: daemon.socket) { daemon.log }.guess(logins, other: Login(name: "bob"))
    }

    @Test func `a right password of a sasldb user is accepted by the host's name, without it, and with it twice`()
        throws
    {
        let (folder, host) = try (MariaDBFiles.folder(), host())
        let daemon = try sasldb(host, in: folder)
        let server = Server(socket: daemon.socket) { daemon.log }
        for way in ways(host) { #expect(try server.accepts(way, "secret"), "\(way)") }
    }
}
