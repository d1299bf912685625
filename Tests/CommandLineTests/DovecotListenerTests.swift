import Authentication
import Testing

@testable import CommandLine

private func complaint(_ line: String) -> String? {
    do throws(UsageError) {
        _ = try Settings.request(line.split(separator: " ").map(String.init))
        return nil
    } catch {
        return error.message
    }
}

@Suite struct DovecotListenerTests {
    @Test func `a path alone has the defaults`() throws {
        let listener = try #require(DovecotListener(optionText: "/run/auth"))
        #expect(listener == DovecotListener(path: "/run/auth"))
        #expect(listener.path == "/run/auth" && listener.user == nil && listener.group == nil)
        #expect(listener.mode.bits == 0o660 && listener.mechanisms == [.plain, .login])
        #expect(listener.deadline == 8 && listener.unavailable == .auto && listener.hold == 5)
        #expect(listener.optionText == "/run/auth")
    }

    @Test func `each key is read, and printed unless it has its default`() throws {
        let text = "/a,user=postfix,group=mail,mode=0600,mechanisms=login,deadline=30,unavailable=close,hold=0"
        let listener = try #require(DovecotListener(optionText: text))
        #expect(listener.user == "postfix" && listener.group == "mail" && listener.mode.bits == 0o600)
        #expect(listener.mechanisms == [.login] && listener.deadline == 30)
        #expect(listener.unavailable == .close && listener.hold == 0)
        #expect(listener.optionText == text)
        let standard = "/a,mode=660,mechanisms=plain+login,deadline=8,unavailable=auto,hold=5"
        #expect(DovecotListener(optionText: standard)?.optionText == "/a")
    }

    @Test(arguments: [
        "/a", "/a b,user=x=y", "/a,mechanisms=login+plain", "/a,deadline=4", "/a,deadline=4,hold=3",
        "/a,deadline=4,hold=2",
        "/a,deadline=1", "/a,deadline=300,hold=299", "/a,unavailable=fail", "/a,mode=0", "/a,user=33,group=33",
    ])
    func `what is printed is read again as the same`(text: String) throws {
        let listener = try #require(DovecotListener(optionText: text))
        #expect(DovecotListener(optionText: listener.optionText) == listener)
    }

    @Test func `mechanisms are named in any case and keep their order`() {
        #expect(DovecotListener(optionText: "/a,mechanisms=Login+PLAIN")?.mechanisms == [.login, .plain])
    }

    @Test(arguments: [(1, 0), (4, 3), (5, 4), (6, 5), (7, 5), (300, 5)])
    func `a short deadline shortens the default of hold`(deadline: Int, hold: Int) {
        #expect(DovecotListener(optionText: "/a,deadline=\(deadline)")?.hold == hold)
    }

    @Test func `slashes too many are removed`() {
        #expect(DovecotListener(optionText: "//a///b")?.path == "/a/b")
    }

    @Test(arguments: [
        ("auth", "expected the absolute path of a socket, then key=value after commas"),
        ("/a/,user=x", "expected the absolute path of a socket, then key=value after commas"),
        ("/", "expected the absolute path of a socket, then key=value after commas"),
        ("/a/..", "expected the absolute path of a socket, then key=value after commas"),
        ("/\(String(repeating: "a", count: 107))", "the path is longer than 107 bytes"),
        ("/a,ownr=x", "unknown key 'ownr'; the keys are user, group, mode, mechanisms, deadline, unavailable, hold"),
        ("/a,usr=x", "unknown key 'usr'. Did you mean 'user'?"),
        ("/a,User=x", "unknown key 'User'. Did you mean 'user'?"),
        ("/a,", "unknown key ''; the keys are user, group, mode, mechanisms, deadline, unavailable, hold"),
        ("/a,user", "user: expected user=VALUE"),
        ("/a,user=", "user=: expected the name of an account"),
        ("/a,group=", "group=: expected the name of a group"),
        ("/a,mode=0668", "mode=0668: expected an octal number from 0 to 0777"),
        ("/a,mode=1660", "mode=1660: expected an octal number from 0 to 0777"),
        ("/a,mode=600,mode=600", "mode= is given twice"),
        (
            "/a,mechanisms=",
            "mechanisms=: expected plain, login, cram-md5, scram-sha-1, scram-sha-256, or several with + between them"
        ),
        (
            "/a,mechanisms=plain+",
            "mechanisms=plain+: expected plain, login, cram-md5, scram-sha-1, scram-sha-256, or several with + between them"
        ),
        (
            "/a,mechanisms=xoauth2",
            "mechanisms=xoauth2: expected plain, login, cram-md5, scram-sha-1, scram-sha-256, or several with + between them"
        ),
        // A dotless i, whose capital letter is an I.
        (
            "/a,mechanisms=log\u{131}n",
            "mechanisms=log\u{131}n: expected plain, login, cram-md5, scram-sha-1, scram-sha-256, or several with + between them"
        ),
        ("/a,mechanisms=plain+plain", "mechanisms=plain+plain: PLAIN is given twice"),
        ("/a,deadline=0", "deadline=0: expected a number of seconds from 1 to 300"),
        ("/a,deadline=301", "deadline=301: expected a number of seconds from 1 to 300"),
        ("/a,deadline=8s", "deadline=8s: expected a number of seconds from 1 to 300"),
        ("/a,unavailable=no", "unavailable=no: expected auto, close or fail"),
        ("/a,hold=-1", "hold=-1: expected a number of seconds from 0 to 300"),
        ("/a,hold=8", "hold=8: expected less than the deadline of 8 seconds"),
        ("/a,deadline=4,hold=5", "hold=5: expected less than the deadline of 4 seconds"),
    ])
    func `a fault names the key and what was expected`(text: String, fault: String) {
        #expect(DovecotListener(optionText: text) == nil)
        #expect(complaint("-a pam --dovecot \(text)") == "--dovecot \(text): \(fault)")
    }

    @Test func `control characters in a path are not accepted`() {
        #expect(DovecotListener(optionText: "/a\nb") == nil && DovecotListener(optionText: "/a\u{7F}") == nil)
    }

    @Test func `a path may have 107 bytes`() {
        #expect(DovecotListener(optionText: "/" + String(repeating: "a", count: 106)) != nil)
    }

    @Test(arguments: [
        ("--dovecot /d --dovecot //d,user=x", "--dovecot /d: this path is given twice"),
        ("-m /r --dovecot /r/mux", "--dovecot /r/mux: this path is the socket of -m /r"),
        (
            "--dovecot /var/run/saslauthd/mux",
            "--dovecot /var/run/saslauthd/mux: this path is the socket of -m /var/run/saslauthd"
        ),
        ("-m / --dovecot /mux", "--dovecot /mux: this path is the socket of -m /"),
        ("--metrics /x//m --dovecot /x/m", "--dovecot /x/m: this path is the socket of --metrics"),
    ])
    func `two sockets cannot have one path`(line: String, message: String) {
        #expect(complaint("-a pam \(line)") == message)
    }

    @Test func `a settings file has the option among its words`() throws {
        let text =
            "MECHANISMS=\"pam\"\nOPTIONS=\"-c --dovecot /var/spool/postfix/private/auth,user=postfix,mode=0600\"\n"
        let file = try SettingsFile("/etc/default/saslauthd", holding: Array(text.utf8))
        let settings = try Settings(file.occurrences(), file, WorkingFolder(path: nil))
        #expect(settings.dovecot.map(\.path) == ["/var/spool/postfix/private/auth"])
        #expect(settings.dovecot.first?.user == "postfix" && settings.dovecot.first?.mode.bits == 0o600)
        let faulty = try SettingsFile("/f", holding: Array("MECH=pam\nFLAGS=\"--dovecot /a,mod=1\"\n".utf8))
        let occurrence = try #require(try faulty.occurrences().last)
        #expect(throws: UsageError.self) { try occurrence.check() }
        do throws(UsageError) { try occurrence.check() } catch {
            #expect(error.message == "/f:2: FLAGS: --dovecot /a,mod=1: unknown key 'mod'. Did you mean 'mode'?")
        }
    }

    @Test func `it may be repeated, and sockets keep their order`() throws {
        let line = "-a pam --dovecot /b --dovecot=/a,deadline=4"
        guard case .serve(let settings) = try Settings.request(line.split(separator: " ").map(String.init)) else {
            return #expect(Bool(false))
        }
        #expect(settings.dovecot.map(\.path) == ["/b", "/a"] && settings.dovecot.last?.deadline == 4)
    }
}
