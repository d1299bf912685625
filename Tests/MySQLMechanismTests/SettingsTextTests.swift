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

    @Test func `the password is not a text among the settings, and the last one wins`() throws {
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
        ("usr=x", "-O: unknown setting usr; did you mean user?"),
        ("passwrdcolumn=x", "-O: unknown setting passwrdcolumn; did you mean passwdcolumn?"),
        ("USER=x", "-O: unknown setting USER; did you mean user?"),
        ("user=x wheer=active=1", "-O: unknown setting wheer; did you mean where?"),
        ("WHERE=active=1", "-O: unknown setting WHERE; did you mean where?"),
        ("where_clause=active=1", "-O: unknown setting where_clause"),
        ("condition=active=1", "-O: unknown setting condition"),
        (
            "users.active_column=active",
            "-O: unknown setting users.active_column; did you mean users.status_column?"
        ),
        ("ssl_modus=REQUIRED", "-O: unknown setting ssl_modus; did you mean ssl_mode?"),
        ("crypt_type=1", "-O: unknown setting crypt_type"),
        ("usercolmn=name", "-O: unknown setting usercolmn; did you mean usercolumn?"),
        ("passwordcolumn=password", "-O: unknown setting passwordcolumn; did you mean passwdcolumn?"),
        (
            "where=a = 1 AND b=1",
            "-O: a word is not a setting; put values with blanks in brackets: [name=value]"
        ),
        (
            "user=x passwd=two words",
            "-O: a word is not a setting; put values with blanks in brackets: [name=value]"
        ),
        (
            "user=x passwd=two words=3",
            "-O: a word is not a setting; put values with blanks in brackets: [name=value]"
        ),
        ("auth required pam_mysql.so [where=a = b", "-O: missing ] after ["),
        ("[where=a = b", "-O: missing ] after ["),
        ("user=a\u{0}b", "-O: user= contains a zero byte"),
    ])
    func `an unknown setting is named, with the one that was meant`(line: String, complaint: String) {
        #expect(throws: UnusableMechanism(complaint)) { _ = try SettingsText.of(line: line) }
    }

    @Test(arguments: [
        ("entirely-different=secret", "-O: ignoring unknown setting entirely-different"),
        ("verbos=1", "-O: ignoring unknown setting verbos; did you mean verbose?"),
        (
            "users.uid_column=uid",
            "-O: ignoring unknown setting users.uid_column"
        ),
        ("shadow.where_clause=x", "-O: ignoring unknown setting shadow.where_clause"),
        ("ignore_root", "-O: ignoring unknown setting ignore_root"),
    ])
    func `settings that pam_mysql ignores are ignored if that lets nobody else log in`(
        line: String,
        remark: String
    ) throws {
        let text = try SettingsText.of(line: "user=x " + line + " db=y")
        #expect(values(text) == ["user=x", "db=y"])
        #expect(text.remarks.count == 1 && text.remarks[0].hasPrefix(remark), "\(text.remarks)")
    }

    @Test func `common arguments of PAM modules are ignored silently`() throws {
        let line =
            "user=x debug no_warn use_first_pass try_first_pass=false use_mapped_pass expose_account db=y # a b=c"
        let text = try SettingsText.of(line: line)
        #expect(text.settings.filter { !$0.name.isWithoutEffect }.map(\.value) == ["x", "y"])
        #expect(text.remarks.isEmpty)
    }

    @Test(arguments: [
        "auth required pam_mysql.so user=x passwd=pass\\word [where=a = 'b' AND c[\\]] crypt=1",
        "auth\t[success=1 default=ignore]\t/lib/security/pam_mysql.so user=x passwd=pass\\word \\\n[where=a = 'b' AND c[\\]] crypt=1 # x",
        "#%PAM-1.0\r\n\r\n-auth sufficient pam_mysql.so user=x \\\r\n  passwd=pass\\word \\\r\n [where=a = 'b' AND c[\\]] crypt=1\r\n",
        """
        \u{feff}auth    required   pam_mysql.so user=x passwd=pass\\word [where=a = 'b' AND c[\\]] crypt=1
        account sufficient pam_mysql.so user=x passwd=pass\\word [where=a = 'b' AND c[\\]]
        session optional pam_mysql.so user=other
        """,
        """
        account required pam_mysql.so user=x passwd=other [where=a = 'b' AND c[\\]]
        auth required pam_mysql.so user=x passwd=pass\\word [where=a = 'b' AND c[\\]] crypt=1
        """,
    ])
    func `whole lines of pam.d(5) are read, on the command line and in a file`(lines: String) throws {
        let expected = ["user=x", "passwd=", "where=a = 'b' AND c[]", "crypt=1"]
        let line = try SettingsText.of(line: lines.replacing("\u{feff}", with: ""))
        let file = try SettingsText.of(file: lines)
        #expect(values(line) == expected)
        #expect(values(file) == expected)
        #expect(password(line) == #"pass\word"#)
        #expect(password(file) == #"pass\word"#)
    }

    @Test(arguments: [
        (
            "auth required pam_mysql.so user=x [where=a = 1]\naccount required pam_mysql.so user=x [where=b = 1]",
            "/etc/x:2: this line for pam_mysql contradicts an earlier one; keep one"
        ),
        (
            "auth required pam_mysql.so user=x\nauth required pam_unix.so",
            "/etc/x:2: expected a pam.d(5) line for pam_mysql"
        ),
        (
            "# a\nauth required pam_mysql.so \\\n user=x \\\n wehre=y",
            "/etc/x:2: unknown setting wehre; did you mean where?"
        ),
        (
            "user = x\nauth required pam_mysql.so user=x",
            "/etc/x:2: unexpected pam.d(5) line after lines of name = value"
        ),
    ])
    func `contradictory lines of pam.d(5) are refused`(text: String, complaint: String) {
        #expect(throws: UnusableMechanism(complaint)) { _ = try SettingsText.of(file: text) }
    }

    @Test func `a backslash continues a line of a file, but belongs to a password`() throws {
        let text = "where = a = 1 \\\n  AND b = 2\nusers.db_passwd = word\\\n# a comment \\\ntable = t"
        let settings = try SettingsText.of(file: text)
        #expect(values(settings) == ["where=a = 1     AND b = 2", "passwd=", "table=t"])
        #expect(settings.settings.map(\.place.description) == ["/etc/x:1", "/etc/x:3", "/etc/x:5"])
        #expect(password(settings) == #"word\"#)
    }

    @Test(arguments: [
        ("user = x\nusers.hots = y", "/etc/x:2: unknown setting users.hots; did you mean users.host?"),
        ("\n\npasswd secret", "/etc/x:3: expected name = value, or a comment that begins with #"),
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
