import Foundation
import TestSupport
import Testing

/// Passwords of the reader and of users, and stored hashes: where they must not be.
@Suite(.serialized) struct LDAPSecretTests {
    private static let readers = "THE-WORD-OF-THE-READER-4711"
    private static let users = "THE-WORD-OF-A-USER-0815"
    private static let wrong = "A-WRONG-WORD-2342"
    /// A stored password that cannot be compared with, and one that can.
    private static let odd = "{ODD}THE-STORED-WORD-1729"
    private static let hash = "{SSHA}1G904nLkTkGWjKNnQuB/hpWXC/hzYWx0c2FsdA=="
    private static let secrets = [
        readers, users, wrong, "THE-STORED-WORD-1729", "1G904nLkTkGWjKNnQuB/hpWXC/hzYWx0c2FsdA",
    ]

    private static let server = Result {
        let server = try DirectoryServer()
        try server.modify(
            """
            dn: \(DirectoryServer.reader)
            changetype: modify
            replace: userPassword
            userPassword: \(readers)

            dn: uid=alice,\(DirectoryServer.people)
            changetype: modify
            replace: userPassword
            userPassword: \(users)
            -
            add: storedPassword
            storedPassword: \(users)
            storedPassword: \(odd)
            storedPassword: \(hash)

            dn: uid=bob,\(DirectoryServer.people)
            changetype: modify
            add: storedPassword
            storedPassword: \(odd)

            """
        )
        return server
    }

    private static let ways = [
        "", "ldap_auth_method: custom\nldap_password_attr: storedPassword",
        "ldap_auth_method: fastbind\nldap_filter: uid=%u,\(DirectoryServer.people)",
        "ldap_use_sasl: yes\nldap_mech: PLAIN\nldap_sasl_secprops: none",
        "ldap_use_sasl: yes\nldap_mech: DIGEST-MD5", "ldap_use_sasl: yes\nldap_mech: SCRAM-SHA-256",
        // Lines with faults.
        "ldap_bind_pw : \(readers)", "ldap_bind_pw = \(readers)", "ldap_bind_pwd: \(readers)",
        "ldap_bind_pw \(readers)",
    ]

    /// Forms in which a secret may be written.
    private func forms(_ secret: String) -> [String] {
        // base64 of the secret at each offset, without the letters that depend on its neighbours.
        [secret, secret.lowercased()]
            + (0..<3).map { offset in
                let text = Data((String(repeating: "x", count: offset) + secret).utf8).base64EncodedString()
                return String(text.dropFirst(4).prefix(16))
            }
    }

    private func expectNone(_ text: String, _ place: String) {
        for secret in Self.secrets {
            for form in forms(secret) { #expect(!text.contains(form), "\(place): \(form): \(text.suffix(4000))") }
        }
    }

    private func text(_ path: String) -> String {
        String(decoding: (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data(), as: UTF8.self)
    }

    private func settings(_ way: String) throws -> String {
        LDAPDaemon.usual(try Self.server.get().url).replacing(DirectoryServer.readersPassword, with: Self.readers) + way
            + "\n"
    }

    @Test(arguments: ways.dropLast(4))
    func `no password and no hash is in a log line, in the process list, in an environment or in a core file`(
        way: String
    ) throws {
        let server = try Self.server.get()
        let bed = try LDAPDaemon(settings: settings(way), ["-V"])
        for login in ["alice", "bob", "nobody"] {
            for password in [Self.users, Self.wrong] { _ = try bed.login(login, password) }
        }
        // Passwords where a client has put them by mistake are the client's business, but as logins they are escaped.
        #expect(try bed.login("alice", Self.users) == .accepted, "\(bed.log)")
        #expect(try bed.login("alice", Self.wrong) == .refused, "\(bed.log)")
        #expect(try !bed.log.isEmpty && bed.login("bob", "THE-STORED-WORD-1729") == .refused, "\(bed.log)")
        // A reader whose password is wrong, and a server that is gone.
        server.freeze()
        _ = try bed.login("alice", Self.users)
        server.thaw()
        expectNone(bed.log, "log")
        let list = try Command("/usr/bin/pgrep", "-P", "\(bed.daemon.pid)").run().output
        let children = list.split(separator: "\n").map(String.init)
        #expect(children.count >= 2)
        for process in children + ["\(bed.daemon.pid)"] {
            for file in ["cmdline", "environ", "status"] { expectNone(text("/proc/\(process)/\(file)"), file) }
            let limits = text("/proc/\(process)/limits")
            let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") } ?? ""
            #expect(core.split(separator: " ").dropFirst(4).prefix(2) == ["0", "0"], "\(core)")
        }
    }

    @Test(arguments: ways)
    func `--check prints no password and no hash, whatever is wrong with the file`(way: String) throws {
        let folder = try MariaDBFiles.folder()
        try settings(way).write(toFile: folder.path("conf"), atomically: false, encoding: .utf8)
        for login in ["alice", "bob", "nobody"] {
            for password in [Self.users, Self.wrong] {
                let result = try Command(
                    Programs.path("saslauthd"),
                    ["-a", "ldap", "-O", folder.path("conf"), "--check", login]
                ).run(input: password + "\n")
                #expect(result.output.contains("verdict") || result.status != 0, "\(result)")
                expectNone(result.output + result.complaints, "--check")
            }
        }
    }

    /// How often the words of the standard input are in what process `pid` can write to.
    private func occurrences(of words: [String], in pid: Int32) throws -> [String: Int] {
        let script = """
            import sys
            words = sys.stdin.read().split()
            counts = dict.fromkeys(words, 0)
            with open("/proc/%s/maps" % sys.argv[1]) as maps, open("/proc/%s/mem" % sys.argv[1], "rb", 0) as memory:
                for line in maps:
                    if " rw" in line and "[v" not in line:
                        first, last = (int(part, 16) for part in line.split()[0].split("-"))
                        memory.seek(first)
                        part = memory.read(last - first)
                        for word in words: counts[word] += part.count(word.encode())
            for word in words: print(word, counts[word])
            """
        let result = try Command("/usr/bin/python3", "-c", script, "\(pid)").run(input: words.joined(separator: " "))
        var counts: [String: Int] = [:]
        for line in result.output.split(separator: "\n") {
            let parts = line.split(separator: " ")
            counts[String(parts[0])] = Int(parts[1])
        }
        return counts
    }

    @Test(
        .enabled(if: geteuid() == 0, "the memory of others needs root"),
        .enabled(if: Sanitizer.current == nil, "the shadow memory of a sanitizer has terabytes"),
        arguments: ways.prefix(3)
    )
    func `no password of a user stays in the memory of a process after its login`(way: String) throws {
        let bed = try LDAPDaemon(settings: settings(way))
        for _ in 0..<3 {
            #expect(try bed.login("alice", Self.users) == .accepted, "\(bed.log)")
            #expect(try bed.login("alice", Self.wrong) == .refused, "\(bed.log)")
        }
        for process in bed.daemon.children {
            let counts = try occurrences(of: [Self.users, Self.wrong, Self.readers], in: process)
            let name = text("/proc/\(process)/comm")
            #expect(counts[Self.users] == 0 && counts[Self.wrong] == 0, "\(name): \(counts)")
            // The worker needs it for its next connection.
            #expect(counts[Self.readers] == (name.hasPrefix("saslauthd-ldap") ? 1 : 0), "\(name): \(counts)")
        }
    }
}
