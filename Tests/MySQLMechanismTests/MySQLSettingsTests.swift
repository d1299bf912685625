import Authentication
import MechanismKit
import PasswordHash
import Testing

@testable import saslauthd_mysql

@Suite struct MySQLSettingsTests {
    private static let base = "user=mail db=mail "
    private static let columns = "table=mailbox usercolumn=username passwdcolumn=password "

    private func settings(_ line: String) throws -> MySQLSettings {
        try MySQLSettings(try SettingsText.of(line: line))
    }

    private func complaint(_ line: String) -> String? {
        do {
            _ = try settings(line)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func `a line of pam_mysql's makes its query`() throws {
        let settings = try settings(
            "user=mail passwd=word host=db.example.org:3307 db=mail table=mailbox usercolumn=username passwdcolumn=password "
                + "statcolumn=st [where=active = 1] crypt=1 md5=1"
        )
        let (hosts, queries, wantsOneRow) = (settings.hosts, settings.queries, settings.wantsOneRow)
        #expect(hosts == [.network(name: "db.example.org", port: 3307)])
        #expect(
            queries == [
                QueryText(
                    text: "SELECT password, st, username FROM mailbox WHERE username = ? AND (active = 1)",
                    parameters: [.login]
                )
            ]
        )
        #expect(wantsOneRow)
        let password = ByteString(copying: settings.password.span)
        #expect(password == "word")
        let (charset, tls, connect, read) = (
            settings.charset, settings.tls, settings.connectTimeout, settings.readTimeout
        )
        #expect(charset == "utf8mb4" && tls == nil && connect == 5 && read == 10)
    }

    @Test func `without statcolumn and where the status is 0 and there is no condition`() throws {
        let queries = try settings(Self.base + Self.columns).queries
        #expect(queries.map(\.text) == ["SELECT password, 0, username FROM mailbox WHERE username = ?"])
    }

    private static let schemes: [(String, Set<SASLMechanism>)] = [
        ("", []), ("scram=no", []), ("scram=yes", [.scramSHA1, .scramSHA256]), ("scram", [.scramSHA1, .scramSHA256]),
        ("scram=SCRAM-SHA-256", [.scramSHA256]), ("[scram=scram-sha-1, SCRAM-SHA-256]", [.scramSHA1, .scramSHA256]),
    ]

    @Test(arguments: schemes)
    func `scram= says which schemes all rows serve`(setting: String, expected: Set<SASLMechanism>) throws {
        let schemes = try settings(Self.base + Self.columns + setting).schemes
        #expect(schemes == expected)
    }

    @Test func `the last setting of a name wins, as in pam_mysql`() throws {
        let database = try settings(Self.base + Self.columns + "db=other").database
        #expect(database == "other")
    }

    @Test(arguments: [
        ("db=mail", "missing setting: table="),
        ("", "missing setting: passwdcolumn="),
    ])
    func `a missing setting is named`(line: String, complaint: String) {
        #expect(self.complaint(line)?.hasPrefix("missing setting: ") == true)
    }

    @Test(arguments: [
        ("query=x preset=iredmail", "query= (-O) and preset= (-O) exclude each other"),
        ("query=x table=y", "query= (-O) and table= (-O) exclude each other"),
        ("preset=iredmail where=y", "preset= (-O) and where= (-O) exclude each other"),
        ("preset=iredmail crypt=1 scheme=SSHA", "scheme= (-O) and crypt= (-O) exclude each other"),
        ("preset=iredmail host=a hosts=b", "hosts= (-O) and host= (-O) exclude each other"),
        (
            "preset=other",
            "-O: preset=other: expected one of cyberpanel, froxlor, iredmail, ispconfig, mailcow, modoboa, postfixadmin, vpopmail, "
                + "virtual-users"
        ),
        ("[query=SELECT 1]", "-O: query=SELECT 1: expected a query with %u, or %n and %d, for the login"),
        (
            "[query=SELECT '%n@%d']",
            "-O: query=: '%n@%d' mixes a parameter with other text; write for example CONCAT(%n, '@', %d)"
        ),
        ("preset=iredmail connect_timeout=0", "-O: connect_timeout=0: expected a number from 1 to 60"),
        (
            "preset=iredmail host=a:b",
            "-O: host=a:b: expected a name, name:port, [address]:port or the path of a socket"
        ),
        ("preset=iredmail scram=maybe", "-O: scram=maybe: expected yes, no, SCRAM-SHA-1 or SCRAM-SHA-256"),
        ("preset=iredmail scram=CRAM-MD5", "-O: scram=CRAM-MD5: expected yes, no, SCRAM-SHA-1 or SCRAM-SHA-256"),
        ("preset=iredmail [host=a b]", "-O: host=a b: expected one server; hosts= takes several"),
        (
            "preset=iredmail ssl_mode=ON",
            "-O: ssl_mode=ON: expected DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY"
        ),
    ])
    func `an invalid setting is reported with its place and what was expected`(line: String, complaint: String) {
        #expect(self.complaint(Self.base + line) == complaint)
    }

    @Test(arguments: [
        ("", nil), ("ssl_mode=disabled ssl_ca=/ca", nil),
        ("ssl_ca=/ca", TLSSettings(isRequired: true, isVerified: true, ca: "/ca")),
        ("ssl_verify=no", TLSSettings(isRequired: true, isVerified: false)),
        ("ssl_mode=PREFERRED", TLSSettings(isRequired: false, isVerified: false)),
        ("ssl_mode=REQUIRED", TLSSettings(isRequired: true, isVerified: false)),
        ("ssl_mode=REQUIRED ssl_ca=/ca", TLSSettings(isRequired: true, isVerified: true, ca: "/ca")),
        ("ssl_mode=VERIFY_IDENTITY", TLSSettings(isRequired: true, isVerified: true)),
    ])
    func `TLS is required and verified, unless the settings say otherwise`(line: String, tls: TLSSettings?) throws {
        let found = try settings(Self.base + "preset=iredmail " + line).tls
        #expect(found == tls)
    }

    @Test(arguments: Preset.allCases)
    func `every preset makes queries about the login`(preset: Preset) throws {
        let queries = try settings(Self.base + "preset=\(preset.rawValue)").queries
        #expect(queries.count == preset.queries.count)
        for query in queries {
            #expect(!query.parameters.isEmpty && !query.text.contains("%"))
            #expect(query.text.count { $0 == "?" } == query.parameters.count)
        }
    }

    @Test(arguments: [
        ("host=127.0.0.1", []), ("host=localhost", []), ("host=db.example.org ssl_ca=/ca.pem", []),
        ("host=db.example.org ssl_mode=REQUIRED", []),
        (
            "hosts=127.0.0.1,db1.example.org,db2.example.org",
            [
                "db1.example.org:3306: no TLS; hashes are sent unencrypted: set ssl_ca=, or ssl_mode=REQUIRED",
                "db2.example.org:3306: no TLS; hashes are sent unencrypted: set ssl_ca=, or ssl_mode=REQUIRED",
            ]
        ),
        (
            "host=db.example.org ssl_mode=PREFERRED",
            [
                "db.example.org:3306: TLS is optional; hashes may be sent unencrypted: set ssl_ca=, or ssl_mode=REQUIRED"
            ]
        ),
    ])
    func `a server on a network without TLS causes a warning`(line: String, remarks: [String]) throws {
        #expect(try settings(Self.base + Self.columns + line).remarks == remarks)
    }

    @Test func `auth_plugins takes the names of plugins`() throws {
        #expect(
            complaint(Self.base + Self.columns + "auth_plugins=clear")?.hasPrefix(
                "-O: auth_plugins=clear: expected any"
            )
                == true
        )
        let plugins = try settings(Self.base + Self.columns + "auth_plugins=dialog").authPlugins
        #expect(plugins == .only(["dialog"]))
    }
}
