import Foundation
import TestSupport
import Testing

@testable import saslpasswd2

/// The program, compared with that of Cyrus SASL.
@Suite struct PasswordProgramTests {
    static let ours = Command.built("saslpasswd2")
    static let theirs = "/usr/sbin/saslpasswd2"

    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    func content(_ name: String) throws -> String {
        try Command("/usr/bin/db5.3_dump", "-p", folder.path(name)).run().output
    }

    @Test(arguments: [
        (["alice"], "secret\n"), (["-c", "alice"], "secret"), (["-p", "-c", "a@b@c"], "secret\n\n"),
        (["-u", "example.org", "alice"], "secret\r\n"), (["-n", "alice"], "secret\n"), (["-cn", "alice"], "secret\n"),
        (["alice"], "two\nlines\n"), (["alice"], "a\0b"), (["alice"], ""), (["alice"], "\n"), (["-n", "alice"], ""),
        (["-d", "alice"], ""), (["-d", "-n", "alice"], ""), (["-d", "nobody"], ""), (["alice@"], "x"), (["@b"], "x"),
        ([""], "x"), (["-u", "", "alice"], "x"), ([], ""), (["a", "b"], ""), (["-c", "-d", "a"], ""), (["-h"], ""),
        (["-q", "a"], ""), (["-u"], ""), (["-a", "x/y", "a"], "x"), (["-a", "xy", "a"], "x"), (["-v"], ""),
        (["-v", "-c", "-d"], ""), (["-f", "/nonexistent/sasldb2", "a"], "x"), (["-f", "/dev", "a"], "x"),
    ])
    func `exit code, output and file are those of Cyrus`(arguments: [String], input: String) throws {
        for name in ["theirs", "ours"] {
            try Command(Self.theirs, "-f", folder.path(name), "alice").run(input: "old")
            try Command(Self.theirs, "-f", folder.path(name), "bob@example.org").run(input: "old")
        }
        let theirs = try Command(Self.theirs, ["-f", folder.path("theirs")] + arguments).run(input: input)
        let ours = try Command(Self.ours, ["-f", folder.path("ours")] + arguments).run(input: input)
        #expect(ours.status == theirs.status)
        #expect(ours.output == theirs.output)
        #expect(try content("ours") == content("theirs"))
        // One line of theirs is the beginning of one of ours, which says more; longer texts are the notice.
        let lines = theirs.complaints.split(separator: "\n")
        if let line = lines.first, lines.count == 1 { #expect(ours.complaints.hasPrefix(line)) }
        if lines.isEmpty { #expect(ours.complaints.isEmpty) }
        if let usage = lines.first(where: { $0.contains("usage:") }) { #expect(ours.complaints.contains(usage)) }
    }

    @Test func `a slow pipe delivers a whole password`() throws {
        let script = "(printf 'first '; sleep 0.2; printf 'second\\n') | \(Self.ours) -p -f \(folder.path("db")) a@b"
        #expect(try Command("/bin/sh", "-c", script).run().status == 0)
        #expect(try content("db").contains("first second"))
    }

    @Test func `a password that is too long is refused and not cut`() throws {
        let longest = String(repeating: "x", count: PasswordInput.maximumLength)
        #expect(try Command(Self.ours, "-f", folder.path("db"), "a@b").run(input: longest + "\n").status == 0)
        let result = try Command(Self.ours, "-f", folder.path("db"), "a@b").run(input: longest + "xx")
        #expect(result.status == 7)
        #expect(result.complaints.hasPrefix("saslpasswd2: invalid parameter supplied: "))
        #expect(try content("db").contains(longest + "\n"))
    }

    @Test func `deleting from a missing file does not create it`() throws {
        let result = try Command(Self.ours, "-d", "-f", folder.path("db"), "a@b").run()
        #expect(result.status == 0 && result.output.isEmpty && result.complaints.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.path("db")))
    }

    @Test func `killed at any moment, it leaves the old users`() throws {
        let path = folder.path("db")
        for number in 0..<50 {
            try Command(Self.theirs, "-f", path, "user\(number)@example.org").run(input: "secret \(number)")
        }
        let before = Set(try users(in: path))
        for attempt in 0..<60 {
            let process = try Command(Self.ours, "-p", "-f", path, "new\(attempt)@example.org").process()
            let pipe = Pipe()
            process.standardInput = pipe
            process.standardError = FileHandle.nullDevice
            try process.run()
            try pipe.fileHandleForWriting.write(contentsOf: Data("new secret".utf8))
            try pipe.fileHandleForWriting.close()
            // The moments to kill at, not a wait for something.
            usleep(UInt32(attempt) * 300)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect(try before.isSubset(of: users(in: path)))
            #expect(try Command("/usr/bin/db5.3_verify", path).run().status == 0)
        }
        #expect(try Command(Self.ours, "-f", path, "last@example.org").run(input: "x").status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["db"])
    }

    private func users(in path: String) throws -> [String] {
        let result = try Command("/usr/sbin/sasldblistusers2", path).run()
        try #require(result.complaints.isEmpty)
        return result.output.split(separator: "\n").map(String.init)
    }
}
