import Authentication
import MechanismKit
import TestSupport
import Testing

@testable import saslauthd_mysql

/// Which name a real MariaDB gives an account, whose default collation takes many spellings for one.
@Suite struct AccountNameTests {
    private static let hash = "$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1"

    private static let ready = Result {
        let server = try MariaDB.shared.get()
        try server.sql(
            """
            CREATE DATABASE names CHARACTER SET utf8mb4;
            USE names;
            CREATE TABLE virtual_users (email VARCHAR(255), password VARCHAR(255));
            INSERT INTO virtual_users VALUES ('alice@example.org', '\(hash)'), ('bob@example.org', NULL);
            CREATE TABLE vpopmail (pw_name CHAR(32), pw_domain CHAR(96), pw_passwd CHAR(128), pw_gid INT);
            INSERT INTO vpopmail VALUES ('alice', 'example.org', '\(hash)', 0);
            CREATE TABLE app_passwords (id INT, login VARCHAR(255), password VARCHAR(255), name VARCHAR(2000));
            INSERT INTO app_passwords VALUES (7, 'alice', NULL, 'Alice A'), (7, 'alice', '\(hash)', 'Alice B'),
                (8, 'bob', NULL, NULL), (9, 'carol', NULL, REPEAT('c', 1025));
            """
        )
        return server
    }

    private func decision(_ query: String, _ login: String, _ password: String) throws -> Decision {
        let server = try Self.ready.get()
        let line = "user=mail passwd=\(MariaDB.readersPassword) host=\(server.socket) db=names \(query)"
        let settings = try MySQLSettings(try SettingsText.of(line: line))
        var mechanism = MySQLMechanism(settings, log: MechanismLog(isVerbose: false))
        let word = Array(password.utf8)
        return mechanism.decide(
            on: AuthRequest(
                login: ByteString(login),
                password: Secret(copying: word.span),
                service: "smtp",
                realm: "",
                remote: ""
            )
        )
    }

    @Test(arguments: [
        "preset=virtual-users", "table=virtual_users usercolumn=email passwdcolumn=password crypt=1", "preset=vpopmail",
        "[query=SELECT password, 0, email FROM virtual_users WHERE email = %u]",
        "[select=SELECT password, 0, email FROM virtual_users WHERE email = '%s']",
    ])
    func `all spellings that the collation takes for one account name it alike`(query: String) throws {
        for login in ["alice@example.org", "ALICE@example.org", "Alice@EXAMPLE.org ", "álice@example.org"] {
            for (password, verdict) in [("secret", Verdict.accepted), ("wrong", .refused(.wrongPassword))] {
                let decision = try decision(query, login, password)
                #expect(decision == Decision(verdict, account: "alice@example.org"), "\(login)")
            }
        }
        #expect(try decision(query, "nobody@example.org", "secret") == Decision(.refused(.unknownUser)))
    }

    @Test func `an account without a password has a name, and a query without a third column none`() throws {
        #expect(
            try decision("preset=virtual-users", "BOB@example.org", "x")
                == Decision(.refused(.wrongPassword), account: "bob@example.org")
        )
        let query = "[query=SELECT password, 0 FROM virtual_users WHERE email = %u]"
        #expect(try decision(query, "alice@example.org", "secret") == Decision(.accepted))
    }

    @Test func `a name is a number too, none where the rows disagree, and none where it is NULL or too long`() throws {
        let numbers = "[query=SELECT password, 0, id FROM app_passwords WHERE login = %u]"
        #expect(try decision(numbers, "alice", "secret") == Decision(.accepted, account: "7"))
        #expect(try decision(numbers, "alice", "wrong") == Decision(.refused(.wrongPassword), account: "7"))
        let names = "[query=SELECT password, 0, name FROM app_passwords WHERE login = %u]"
        #expect(try decision(names, "alice", "secret") == Decision(.accepted, account: "Alice B"))
        for login in ["alice", "bob", "carol"] {
            #expect(try decision(names, login, "wrong") == Decision(.refused(.wrongPassword)))
        }
    }
}
