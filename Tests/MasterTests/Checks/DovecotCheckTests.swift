import CommandLine
import Platform
import Testing

@testable import Master

@Suite struct DovecotCheckTests {
    private static let directory = FileStatus(kind: .directory, permissions: 0o711, owner: 0, group: 0)

    private static func check(
        _ text: String,
        owner: UInt32? = nil,
        group: UInt32? = nil,
        _ present: DovecotCheck.Present = .nothing,
        directory: FileStatus? = directory
    ) throws -> DovecotCheck {
        let listener = try #require(DovecotListener(optionText: text))
        let access = SocketAccess(mode: listener.mode.bits, owner: owner, group: group)
        return DovecotCheck(listener, access, present, directory: directory)
    }

    private static func fault(_ check: DovecotCheck, uid: UInt32 = 0) -> [String] {
        do throws(StartFailure) {
            _ = try check.line(uid: uid)
            return []
        } catch {
            return error.lines
        }
    }

    @Test(arguments: [
        (DovecotCheck.Present.nothing, "/d/auth would be created: owner mail, group mail, mode 0600"),
        (.leftover, "/d/auth would replace a leftover socket: owner mail, group mail, mode 0600"),
        (.served(7), "/d/auth is already served by process 7; it would have owner mail, group mail, mode 0600"),
        (.served(nil), "/d/auth is already served by a process; it would have owner mail, group mail, mode 0600"),
    ])
    func `the line has what would be done, and owner, group and mode`(present: DovecotCheck.Present, line: String)
        throws
    {
        let check = try Self.check("/d/auth,user=mail,group=mail,mode=0600", owner: 8, group: 8, present)
        #expect(try check.line(uid: 0) == line)
    }

    @Test func `what would keep the daemon from starting is named`() throws {
        #expect(
            Self.fault(try Self.check("/d/auth", directory: nil))
                == ["--dovecot /d/auth: the directory /d does not exist: mkdir /d"]
        )
        let file = FileStatus(kind: .regular, permissions: 0o600, owner: 0, group: 0)
        #expect(Self.fault(try Self.check("/d/auth", directory: file)) == ["--dovecot /d/auth: /d is not a directory"])
        #expect(
            Self.fault(try Self.check("/d/auth", .otherFile))
                == ["--dovecot /d/auth: exists and is not a socket; remove it or use another path"]
        )
        let given = try Self.check("/d/auth,user=mail", owner: 8)
        #expect(
            Self.fault(given, uid: 33) == ["--dovecot /d/auth: only root can give the socket to account mail"]
        )
        #expect(Self.fault(given, uid: 8).isEmpty && Self.fault(given).isEmpty)
    }

    @Test(
        arguments: [
            ("/d/auth,user=mail", 8, nil, "/d/auth: account mail and group root can connect"),
            ("/d/auth,user=mail,mode=0600", 8, nil, "/d/auth: account mail can connect"),
            ("/d/auth,group=mail", nil, 8, "/d/auth: account root and group mail can connect"),
            ("/d/auth,mode=0666", nil, nil, "/d/auth: everyone who can enter the directory can connect"),
        ] as [(String, UInt32?, UInt32?, String)]
    )
    func `who can connect is printed`(text: String, owner: UInt32?, group: UInt32?, note: String) throws {
        let notes = try Self.check(text, owner: owner, group: group)
            .notes(account: nil, hasPostfix: false, uid: 0) { _ in nil }
        #expect(notes == [note])
    }

    @Test(
        arguments: [
            ("/d/auth", nil, nil), ("/d/auth,user=mail,mode=0060", 8, nil), ("/d/auth,group=mail,mode=0600", nil, 8),
            ("/d/auth,user=root,group=root", 0, 0), ("/d/auth,mode=0", nil, nil),
        ] as [(String, UInt32?, UInt32?)]
    )
    func `a socket for root alone is a warning`(text: String, owner: UInt32?, group: UInt32?) throws {
        let notes = try Self.check(text, owner: owner, group: group)
            .notes(account: nil, hasPostfix: false, uid: 0) { _ in nil }
        #expect(
            notes == [
                "--dovecot /d/auth: only root can connect; name the account of the mail server with user=, or its group with group="
            ]
        )
    }

    @Test func `a closed directory is mentioned`() throws {
        let closed = FileStatus(kind: .directory, permissions: 0o710, owner: 0, group: 8)
        let notes = try Self.check("/d/auth,group=mail", group: 8, directory: closed)
            .notes(account: nil, hasPostfix: false, uid: 0) { _ in nil }
        #expect(notes == ["/d/auth: account root and group mail can connect, if they may enter /d"])
    }

    @Test func `without root the daemon's own account can connect`() throws {
        let check = try Self.check("/d/auth,mode=0600")
        #expect(DovecotSocket.warning(check.listener, check.access, uid: 33) == nil)
        #expect(DovecotSocket.warning(check.listener, check.access, uid: 0) != nil)
    }

    @Test func `Postfix finds a socket below its queue, under another name`() throws {
        let inside = try Self.check("/var/spool/postfix/private/auth,user=mail", owner: 8)
            .notes(account: nil, hasPostfix: true, uid: 0) { _ in nil }
        #expect(
            inside.last?.hasSuffix("set \"smtpd_sasl_type = dovecot\" and \"smtpd_sasl_path = private/auth\"") == true
        )
        let outside = try Self.check("/run/auth,user=mail", owner: 8)
            .notes(account: nil, hasPostfix: true, uid: 0) { _ in nil }
        #expect(
            outside.last
                == "/run/auth: Postfix in its chroot does not find it, only sockets below /var/spool/postfix"
        )
    }

    @Test func `an account that may not enter the directory, and one that owns it, are named`() throws {
        let account = try #require(try Account(named: "mail"))
        let daemons = FileStatus(kind: .directory, permissions: 0o700, owner: 1, group: 1)
        let notes = try Self.check("/d/auth,user=mail", owner: account.uid, directory: daemons)
            .notes(account: account, hasPostfix: false, uid: 0) { $0 == "/d" ? daemons : nil }
        #expect(notes.count == 3)
        #expect(notes[1].hasPrefix("account mail cannot use /d/auth: it may not enter /d; "))
        #expect(notes[2] == "/d/auth: account daemon owns the directory and can replace the socket")
    }
}

@Suite struct DovecotSocketTests {
    private static func access(_ text: String) throws -> Result<SocketAccess, StartFailure> {
        let listener = try #require(DovecotListener(optionText: text))
        return Result { () throws(StartFailure) in try DovecotSocket.access(listener) }
    }

    @Test func `accounts and groups are named or numbered`() throws {
        #expect(try Self.access("/a").get() == SocketAccess(mode: 0o660, owner: nil, group: nil))
        #expect(
            try Self.access("/a,user=root,group=root,mode=0600").get() == SocketAccess(mode: 0o600, owner: 0, group: 0)
        )
        #expect(try Self.access("/a,user=1234,group=4321").get() == SocketAccess(mode: 0o660, owner: 1234, group: 4321))
    }

    @Test(arguments: [
        ("/a,user=no-such-account", "--dovecot /a: no account no-such-account"),
        ("/a,group=no-such-group", "--dovecot /a: no group no-such-group"),
        ("/a,user=4294967295", "--dovecot /a: no account or group has the number 4294967295"),
        ("/a,group=4294967295", "--dovecot /a: no account or group has the number 4294967295"),
    ])
    func `a missing account or group is an error`(text: String, line: String) throws {
        guard case .failure(let failure) = try Self.access(text) else { return #expect(Bool(false)) }
        #expect(failure.lines == [line])
    }

    @Test func `an account that is not root is told what to do instead of chown`() throws {
        let listener = try #require(DovecotListener(optionText: "/d/auth,user=postfix,group=mail"))
        let lines = DovecotSocket.lines(about: SystemError("chown", on: "/d/auth", number: 1), listener)
        #expect(
            lines[0]
                == "--dovecot /d/auth: cannot give the socket to account postfix and group mail: Operation not permitted"
        )
        #expect(lines[1].hasPrefix("Start saslauthd as root, or let the service manager create the socket"))
        let chmod = DovecotSocket.lines(about: SystemError("chmod", on: "/d/auth", number: 1), listener)
        #expect(chmod[0] == "--dovecot /d/auth: cannot set the mode of the socket: Operation not permitted")
        #expect(chmod[1].contains("CAP_FOWNER"))
    }

    @Test(arguments: [("/auth", "/"), ("/a/b/auth", "/a/b")])
    func `the directory of a socket is found`(path: String, directory: String) {
        #expect(DovecotSocket.directory(of: path) == directory)
    }
}
