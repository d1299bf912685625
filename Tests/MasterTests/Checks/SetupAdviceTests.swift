import CommandLine
import Platform
import Testing

@testable import Master

@Suite struct SetupAdviceTests {
    /// An account that every system has: not root, in its own group alone.
    static func account() throws -> Account { try #require(try Account(named: "daemon")) }

    /// What a tree looks like in which the directory and the socket have these permissions and this group.
    static func tree(_ directory: UInt32, _ socket: UInt32, group: UInt32) -> (String) -> FileStatus? {
        { path in
            switch path {
            case "/run/saslauthd": FileStatus(kind: .directory, permissions: directory, owner: 0, group: group)
            case "/run/saslauthd/mux": FileStatus(kind: .socket, permissions: socket, owner: 0, group: group)
            case _ where path.hasSuffix("/mux"): FileStatus(kind: .socket, permissions: 0o777, owner: 0, group: 0)
            default: FileStatus(kind: .directory, permissions: 0o755, owner: 0, group: 0)
            }
        }
    }

    @Test func `who reaches the socket hears nothing`() throws {
        let account = try Self.account()
        for tree in [
            Self.tree(0o755, 0o777, group: 0), Self.tree(0o710, 0o777, group: account.gid),
            Self.tree(0o755, 0o660, group: account.gid),
        ] {
            #expect(SetupAdvice.complaint(of: account, ["/run/saslauthd"], status: tree) == nil)
        }
    }

    @Test func `an account that is not in the directory's group learns which one that is`() throws {
        let account = try Self.account()
        let other = try #require(try Group.number(of: "mail"))
        #expect(
            SetupAdvice.complaint(of: account, ["/run/saslauthd"], status: Self.tree(0o710, 0o777, group: other))
                == "account daemon cannot use /run/saslauthd/mux: only group mail may enter /run/saslauthd; add it (usermod -a -G mail daemon) and restart the mail server"
        )
        #expect(
            SetupAdvice.complaint(of: account, ["/run/saslauthd"], status: Self.tree(0o755, 0o660, group: other))
                == "account daemon cannot use /run/saslauthd/mux: only group mail may write to /run/saslauthd/mux; add it (usermod -a -G mail daemon) and restart the mail server"
        )
    }

    @Test func `where no group may, one is to be named`() throws {
        let found = SetupAdvice.complaint(
            of: try Self.account(),
            ["/run/saslauthd"],
            status: Self.tree(0o700, 0o777, group: 0)
        )
        #expect(
            found?.hasSuffix("it may not enter /run/saslauthd; give that right to a group (chgrp sasl, chmod g+x)")
                == true
        )
    }

    @Test func `one socket that is reached is enough`() throws {
        let directories = ["/run/saslauthd", "/var/spool/postfix/var/run/saslauthd"]
        #expect(
            SetupAdvice.complaint(of: try Self.account(), directories, status: Self.tree(0o700, 0o777, group: 0)) == nil
        )
    }

    @Test(arguments: [
        ("/srv/auth,user=daemon", true), ("/srv/auth,group=daemon", true), ("/run/saslauthd/mux,mode=0666", true),
        ("/srv/auth,user=root,group=root", false), ("/run/saslauthd/mux", false),
    ])
    func `an account with a socket of Dovecot's protocol needs no other`(text: String, isServed: Bool) throws {
        let listener = try #require(DovecotListener(optionText: text))
        let tree = Self.tree(0o755, text.contains("0666") ? 0o666 : 0o660, group: 0)
        let status: (String) -> FileStatus? = { $0 == "/srv/auth" ? nil : tree($0) }
        #expect(SetupAdvice.isServed(try Self.account(), by: [listener], status: status) == isServed)
    }

    @Test(arguments: [
        "/var/run/saslauthd", "/run/saslauthd", "/var/state/saslauthd", "/var/spool/postfix/var/run/saslauthd",
    ])
    func `where libsasl2 looks there is nothing to say`(directory: String) {
        #expect(SetupAdvice.unusual(["/srv/x", directory]) == [])
    }

    @Test func `elsewhere libsasl2 is to be told`() {
        let lines = SetupAdvice.unusual(["/srv/sasl"])
        #expect(lines.count == 1 && lines[0].contains("\"saslauthd_path: /srv/sasl/mux\""))
    }

    // MARK: Configurations of libsasl2

    private static let chroot = "/var/spool/postfix/var/run/saslauthd"

    private func lines(_ text: String, _ directories: [String], others: String = "", sockets: [String] = [])
        -> [String]
    {
        let client = ClientSettings(file: "/etc/postfix/sasl/smtpd.conf", text: text)
        return SetupAdvice.clients(
            client.map { [$0] } ?? [],
            directories,
            others: Set(ClientSettings.paths(in: others))
        ) { path in
            if sockets.contains(path) { return .socket }
            return sockets.contains("\(path)/mux") ? .directory : nil
        }
    }

    @Test(arguments: [
        ("/var/run/saslauthd/mux", ["/run/saslauthd"]), ("/run/saslauthd/mux", ["/var/run/saslauthd"]),
        ("/var/run/saslauthd/mux", [chroot]), ("/run//saslauthd/mux", ["/run/saslauthd"]),
        ("/srv/sasl/mux", ["/srv/sasl"]),
    ])
    func `a program that looks at the right place is not named`(path: String, directories: [String]) {
        #expect(lines("pwcheck_method: saslauthd\nsaslauthd_path: \(path)\n", directories) == [])
    }

    @Test(arguments: [
        ("/var/run/saslauthd", ["/run/saslauthd"]), ("/var/run/saslauthd/", ["/run/saslauthd"]),
        ("/var/run/saslauthd", [chroot]), ("/var/run/saslauthd", ["/run/saslauthd", chroot]),
    ])
    func `the directory in the place of the socket is named, with what is right`(path: String, directories: [String]) {
        #expect(
            lines("# comment\npwcheck_method: auxprop saslauthd\n SASLAUTHD_PATH:\t\(path) \r\n", directories) == [
                "/etc/postfix/sasl/smtpd.conf:3: saslauthd_path: \(path) is a directory; libsasl2 needs the path of the socket: \"saslauthd_path: /var/run/saslauthd/mux\""
            ]
        )
    }

    @Test func `a socket that nobody has is named, one that another instance may have is not`() {
        let text = "pwcheck_method: saslauthd\nsaslauthd_path: /run/saslauth/mux"
        #expect(
            lines(text, ["/run/saslauthd"]) == [
                "/etc/postfix/sasl/smtpd.conf:2: saslauthd_path: /run/saslauth/mux is not a socket; this daemon serves \"saslauthd_path: /run/saslauthd/mux\""
            ]
        )
        #expect(lines(text, ["/run/saslauthd"], sockets: ["/run/saslauth/mux"]) == [])
        #expect(lines(text, ["/run/saslauthd"], others: "# x\nOPTIONS=\"-c -m /var/run//saslauth/\"") == [])
        let silent = "#OPTIONS=\"-m /run/saslauth\"\nOPTIONS=\"-m /run/saslauthd\""
        #expect(lines(text, ["/run/saslauthd"], others: silent).count == 1)
        // The directory of another.
        let other = "pwcheck_method: saslauthd\nsaslauthd_path: /run/saslauth"
        #expect(lines(other, ["/run/saslauthd"], sockets: ["/run/saslauth/mux"]).count == 1)
    }

    @Test(arguments: [
        "saslauthd_path: /nonexistent\n", "pwcheck_method: auxprop\nsaslauthd_path: /nonexistent\n",
        "pwcheck_method: saslauthd\n# saslauthd_path: /nonexistent\n",
        "pwcheck_method: saslauthd\nsaslauthd_path: mux\n", "\0:\n:", "",
    ])
    func `a program that asks nobody here is not named`(text: String) {
        #expect(lines(text, ["/run/saslauthd"]) == [])
    }

    @Test func `Cyrus IMAP has names of its own`() throws {
        let text = "sasl_pwcheck_method: saslauthd\nsasl_saslauthd_path: /run/saslauthd\n"
        #expect(ClientSettings(file: "/etc/imapd.conf", text: text)?.path == "/run/saslauthd")
        #expect(ClientSettings(file: "/etc/sasl2/smtpd.conf", text: text) == nil)
    }

    @Test func `libsasl2 that was told where to look need not be told again`() {
        let text = "pwcheck_method: saslauthd\nsaslauthd_path: /srv/sasl/mux\n"
        #expect(lines(text, ["/srv/sasl"]) == [])
        #expect(lines("", ["/srv/sasl"]).count == 1)
    }
}
