import Authentication
import MechanismKit
import Testing

@testable import saslauthd_mysql

extension SettingsText {
    /// The settings of a line or of the file `/etc/x`.
    static func of(line: String) throws(UnusableMechanism) -> SettingsText {
        let bytes = Array(line.utf8)
        return try SettingsText(line: bytes.span)
    }

    static func of(file: String) throws(UnusableMechanism) -> SettingsText {
        let bytes = Array(file.utf8)
        return try SettingsText(file: "/etc/x", text: bytes.span)
    }
}

@Suite struct SettingsTextTests {
    private func values(_ text: borrowing SettingsText) -> [String] {
        text.settings.map { "\($0.name.rawValue)=\($0.value)" }
    }

    private func password(_ text: consuming SettingsText) -> ByteString {
        ByteString(copying: text.takePassword().span)
    }

    @Test func `the password is among the settings no text, and the last one counts`() throws {
        for (line, word) in [
            ("passwd=word", "word"), ("passwd=a=b user=x", "a=b"), ("[passwd=two words\\] ]", "two words]"),
            ("passwd=", ""),
            ("passwd", "1"), ("users.db_passwd=x passwd=last", "last"), ("user=x", ""), ("passwd=pässwörd", "pässwörd"),
        ] {
            let text = try SettingsText.of(line: line)
            #expect(text.settings.allSatisfy { $0.name != .passwd || $0.value.isEmpty })
            #expect(password(text) == ByteString(word), "\(line)")
        }
        var text = try SettingsText.of(line: "passwd=of-the-line user=x config_file=/etc/x")
        text.append(try .of(file: "user=y"))
        #expect(values(text) == ["passwd=", "user=x", "config_file=/etc/x", "user=y"])
        text.append(try .of(file: "passwd = of the file ;\r\n"))
        #expect(password(text) == "of the file")
    }

    @Test func `a line of pam_mysql's is read word by word`() throws {
        let line =
            "user=mail  passwd=a=b host=/run/m.sock\tdb=mail [where=a = 'x' AND b[\\]] crypt=1 md5 use_323_passwd=N"
        #expect(
            values(try SettingsText.of(line: line)) == [
                "user=mail", "passwd=", "host=/run/m.sock", "db=mail", "where=a = 'x' AND b[]", "crypt=1", "md5=1",
                "use_323_passwd=N",
            ]
        )
    }

    @Test func `a file of pam_mysql's, and one of plain names, are read line by line`() throws {
        let text = """
            # a comment
            users.host = 127.0.0.1:3306;\r
              users.db_passwd=with blanks  ;

              # another
            table = a JOIN b ON a.x = b.y
            query = SELECT %u
            """
        let settings = try SettingsText.of(file: text)
        #expect(
            values(settings) == [
                "host=127.0.0.1:3306", "passwd=", "table=a JOIN b ON a.x = b.y", "query=SELECT %u",
            ]
        )
        #expect(settings.settings.map(\.place.description) == ["/etc/x:2", "/etc/x:3", "/etc/x:6", "/etc/x:7"])
    }

    @Test(arguments: [
        ("usr=x", "-O: there is no setting usr; user is meant, perhaps"),
        ("passwrdcolumn=x", "-O: there is no setting passwrdcolumn; passwdcolumn is meant, perhaps"),
        ("entirely-different=secret", "-O: there is no setting entirely-different"),
        ("USER=x", "-O: there is no setting USER"),
        ("[where=a = b", "-O: a [ is not closed by a ]"),
        ("user=a\u{0}b", "-O: user holds a zero byte"),
    ])
    func `what is no setting is named, with the name that is meant`(line: String, complaint: String) {
        #expect(throws: UnusableMechanism(complaint)) { _ = try SettingsText.of(line: line) }
    }

    @Test(arguments: [
        ("user = x\nusers.hots = y", "/etc/x:2: there is no setting users.hots; users.host is meant, perhaps"),
        ("\n\npasswd secret", "/etc/x:3: no name = value, nor a comment that begins with #"),
    ])
    func `an error in a file names the line, and no value`(text: String, complaint: String) {
        #expect(throws: UnusableMechanism(complaint)) { _ = try SettingsText.of(file: text) }
    }

    @Test func `every name in pam_mysql's files is known`() {
        for name in [
            "users.host", "users.database", "users.db_user", "users.db_passwd", "users.table", "users.update_table",
            "users.user_column", "users.password_column", "users.status_column", "users.where_clause",
            "users.password_crypt", "users.use_md5", "users.use_323_password", "users.disconnect_every_operation",
            "users.select", "users.use_sha256", "users.use_sha512", "users.use_blowfish", "users.rounds", "verbose",
            "log.enabled", "log.table", "log.message_column", "log.pid_column", "log.user_column", "log.host_column",
            "log.rhost_column", "log.time_column", "users.ssl_mode", "users.ssl_cert", "users.ssl_key", "users.ssl_ca",
            "users.ssl_capath", "users.ssl_cipher",
        ] {
            #expect(SettingName(written: name) != nil, "\(name)")
        }
    }
}
