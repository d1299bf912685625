import Testing

@testable import Master

@Suite struct DirectoryTrustTests {
    typealias Entry = DirectoryTrust.Entry

    /// What is wrong with `path` where the names are these, and all other directories are root's.
    static func fault(_ path: String, _ entries: [String: Entry] = [:]) -> DirectoryTrust.Fault? {
        DirectoryTrust.fault(of: path) { entries[$0] ?? .directory(owner: 0, mode: 0o755) }
    }

    @Test(
        arguments: [
            ("/run/saslauthd", ["/run/saslauthd": .directory(owner: 0, mode: 0o710)]),
            ("/var/run/saslauthd", ["/var/run": .link(owner: 0, target: "/run"), "/run/saslauthd": .missing]),
            (
                "/var/spool/postfix/var/run/saslauthd",
                ["/var/spool/postfix/var/run/saslauthd": .directory(owner: 0, mode: 0o2710)]
            ),
            ("/tmp/x/run", ["/tmp": .directory(owner: 0, mode: 0o1777), "/tmp/x": .directory(owner: 0, mode: 0o700)]),
            ("/a/b", ["/a/b": .link(owner: 0, target: "../c/./d")]),
            ("/a/link", ["/a/link": .link(owner: 33, target: "/c")]),
            ("/a/b", ["/a/b": .other(owner: 33)]),
            ("/loop", ["/loop": .link(owner: 0, target: "loop")]),
        ] as [(String, [String: Entry])]
    )
    func `directories of root's alone are good`(path: String, entries: [String: Entry]) {
        #expect(Self.fault(path, entries) == nil)
    }

    @Test(
        arguments: [
            ("/q/private", ["/q/private": .directory(owner: 103, mode: 0o700)]),
            ("/q/private", ["/q/private": .directory(owner: 0, mode: 0o770)]),
            ("/q/private", ["/q/private": .directory(owner: 103, mode: 0o2730)]),
            (
                "/link",
                ["/link": .link(owner: 0, target: "/q/private"), "/q/private": .directory(owner: 103, mode: 0o700)]
            ),
            ("/t/s", ["/t": .directory(owner: 0, mode: 0o1777), "/t/s": .directory(owner: 0, mode: 0o755)]),
        ] as [(String, [String: Entry])]
    )
    func `a socket of --dovecot may be in a directory of its mail server`(path: String, entries: [String: Entry]) {
        let fault = DirectoryTrust.fault(of: path, for: .dovecotSocket) {
            entries[$0] ?? .directory(owner: 0, mode: 0o755)
        }
        #expect(fault == nil)
    }

    @Test(
        arguments: [
            // The mail server could put a link in the place of a directory below its own.
            ("/q/private/x", ["/q/private": .directory(owner: 103, mode: 0o700)], "/q/private", false),
            (
                "/q/private/x",
                ["/q/private": .directory(owner: 103, mode: 0o700), "/q/private/x": .link(owner: 103, target: "/etc")],
                "/q/private", false
            ),
            ("/q/x/y", ["/q/x": .directory(owner: 0, mode: 0o770)], "/q/x", false),
            // Everyone could put a socket there.
            ("/q/x", ["/q/x": .directory(owner: 0, mode: 0o777)], "/q/x", true),
            ("/t", ["/t": .directory(owner: 0, mode: 0o1777)], "/t", true),
            // In a directory with the sticky bit, an account can replace what is its own.
            (
                "/t/s", ["/t": .directory(owner: 0, mode: 0o1777), "/t/s": .directory(owner: 5, mode: 0o700)], "/t/s",
                true
            ),
            ("/t/s", ["/t": .directory(owner: 0, mode: 0o1777), "/t/s": .link(owner: 5, target: "/r")], "/t/s", false),
        ] as [(String, [String: Entry], String, Bool)]
    )
    func `no account may choose the directory in which root creates a socket`(
        path: String,
        entries: [String: Entry],
        place: String,
        isLast: Bool
    ) throws {
        let fault = try #require(
            DirectoryTrust.fault(of: path, for: .dovecotSocket) { entries[$0] ?? .directory(owner: 0, mode: 0o755) }
        )
        #expect(fault.path == place && fault.isLast == isLast)
        #expect(fault.lines[1].hasPrefix("Use another directory with --dovecot: "))
        #expect(fault.lines[0].contains("the socket directory"))
    }

    @Test(
        arguments: [
            // The directory itself.
            ("/r/s", ["/r/s": .directory(owner: 33, mode: 0o755)], "/r/s", true, "chown -h root /r/s"),
            ("/r/s", ["/r/s": .directory(owner: 0, mode: 0o770)], "/r/s", true, "chmod go-w /r/s"),
            ("/r/s", ["/r/s": .directory(owner: 0, mode: 0o1777)], "/r/s", true, "chmod go-w /r/s"),
            (
                "/r/s", ["/r/s": .directory(owner: 7, mode: 0o777)], "/r/s", true,
                "chown -h root /r/s && chmod go-w /r/s"
            ),
            // Those above it, and where links lead.
            ("/r/s", ["/r": .directory(owner: 33, mode: 0o755)], "/r", false, "chown -h root /r"),
            ("/r/s", ["/r": .directory(owner: 0, mode: 0o777)], "/r", false, "chmod go-w /r"),
            ("/r/s", ["/r": .directory(owner: 0, mode: 0o777), "/r/s": .missing], "/r", false, "chmod go-w /r"),
            (
                "/r/s", ["/r/s": .link(owner: 0, target: "/t/u"), "/t": .directory(owner: 5, mode: 0o755)], "/t", false,
                "chown -h root /t"
            ),
            (
                "/r/s", ["/r/s": .link(owner: 0, target: "u"), "/r/u": .directory(owner: 5, mode: 0o755)], "/r/u", true,
                "chown -h root /r/u"
            ),
            ("/", ["/": .directory(owner: 0, mode: 0o757)], "/", true, "chmod go-w /"),
            // The sticky bit keeps others off what is root's, and nothing else.
            (
                "/t/s", ["/t": .directory(owner: 0, mode: 0o1777), "/t/s": .link(owner: 5, target: "/r")], "/t/s",
                false, "chown -h root /t/s"
            ),
            (
                "/t/d/s", ["/t": .directory(owner: 0, mode: 0o1777), "/t/d": .directory(owner: 5, mode: 0o755)], "/t/d",
                false, "chown -h root /t/d"
            ),
        ] as [(String, [String: Entry], String, Bool, String)]
    )
    func `the first directory that others could change is named, with the command that puts it right`(
        path: String,
        entries: [String: Entry],
        place: String,
        isLast: Bool,
        command: String
    ) throws {
        let fault = try #require(Self.fault(path, entries))
        #expect(fault.path == place)
        #expect(fault.isLast == isLast)
        #expect(fault.lines.last == "Fix this with \"\(command)\", or use another directory with -m.")
        #expect(fault.lines.first?.contains(isLast ? "the run directory \(place) " : "on the way to") == true)
    }

    @Test func `what is outside of the user namespace is its ground, and no run directory`() {
        let entries: [String: Entry] = [
            "/": .directory(owner: 65_534, mode: 0o755), "/r": .directory(owner: 65_534, mode: 0o755),
            "/o": .directory(owner: 65_534, mode: 0o777),
        ]
        func fault(_ path: String, outsider: UInt32?) -> DirectoryTrust.Fault? {
            DirectoryTrust.fault(of: path, outsider: outsider) { entries[$0] ?? .directory(owner: 0, mode: 0o755) }
        }
        #expect(fault("/r/s", outsider: 65_534) == nil)
        #expect(fault("/r/s", outsider: nil)?.path == "/")
        #expect(fault("/r", outsider: 65_534)?.owner == 65_534)
        #expect(fault("/o/s", outsider: 65_534)?.mode == 0o777)
    }

    @Test(
        arguments: [
            ("         0          0 4294967295\n", nil), ("0 1000 1\n", 65_534), ("0 100000 65536\n", nil),
            ("0 1000 1\n1 100000 65533\n", 65_534), ("", 65_534),
        ] as [(String, UInt32?)]
    )
    func `outsiders are known by an account that the namespace does not have`(map: String, outsider: UInt32?) {
        #expect(DirectoryTrust.outsider(map: map, overflow: "65534\n") == outsider)
    }
}
