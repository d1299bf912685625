import Foundation
import TestSupport
import Testing

/// What becomes of the credentials in a mechanism's settings.
@Suite(.enabled(if: geteuid() == 0, "the memory of others takes root"))
struct CredentialTests {
    private static let word = "a-word-that-stands-nowhere-else-7261"

    /// How often `word` stands in what process `pid` can write to.
    private func occurrences(in pid: String) throws -> Int {
        // The word is put together here, and nowhere in the script's own arguments.
        let script = """
            import sys
            word, count = sys.stdin.read().strip().encode(), 0
            with open("/proc/%s/maps" % sys.argv[1]) as maps, open("/proc/%s/mem" % sys.argv[1], "rb", 0) as memory:
                for line in maps:
                    if " rw" in line and "[v" not in line:
                        first, last = (int(part, 16) for part in line.split()[0].split("-"))
                        memory.seek(first)
                        count += memory.read(last - first).count(word)
            print(count)
            """
        let result = try Command("/usr/bin/python3", "-c", script, pid).run(input: Self.word)
        return try #require(Int(result.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(result)")
    }

    @Test(
        .enabled(if: Sanitizer.current == nil, "the shadow memory of a sanitizer has terabytes"),
        arguments: ["file", "line", "bracket"]
    )
    func `a password of the settings stands once in the memory of the process`(form: String) throws {
        let folder = try MariaDBFiles.folder()
        let rest = ["user=a", "db=a", "host=127.0.0.1:1", "table=a", "usercolumn=a", "passwdcolumn=a"]
        try (rest + ["passwd=\(Self.word)"]).joined(separator: "\n")
            .write(toFile: folder.path("settings"), atomically: false, encoding: .utf8)
        let option =
            switch form {
            case "file": folder.path("settings")
            case "line": (rest + ["passwd=\(Self.word)"]).joined(separator: " ")
            default: (["[passwd=\(Self.word)]"] + rest).joined(separator: " ")
            }
        let daemon = try Daemon.ours("mysql", option)
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text(""))
        let pids = try Command("/usr/bin/pgrep", "-P", "\(daemon.pid)", "saslauthd-mysql").run().output
        let pid = try #require(pids.split(separator: "\n").first.map(String.init))
        #expect(try occurrences(in: pid) == 1)
    }

    /// A file that has no end holds the program up where it reads its settings; its folder in /proc is root's once it is closed to
    /// others, which is what keeps the kernel from writing core files.
    @Test func `no core file can be written while the settings are read`() throws {
        let folder = try MariaDBFiles.folder()
        try #require(try Command("/usr/bin/mkfifo", "-m", "666", folder.path("settings")).run().status == 0)
        let script = """
            import os, subprocess, sys
            reader, writer = os.pipe()
            os.write(writer, sys.argv[2].encode())
            os.close(writer)
            program = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, env={"SASLAUTHD_MECHANISM": "x"},
                pass_fds=[3, reader], preexec_fn=lambda: os.dup2(reader, 3))
            # Whoever opens it to write waits for the program to open it to read.
            os.open(sys.argv[2], os.O_WRONLY)
            print(os.stat("/proc/%d/mem" % program.pid).st_uid, flush=True)
            program.kill()
            """
        let result = try Command(
            "/usr/bin/setpriv",
            ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "/usr/bin/python3", "-c", script]
                + [Programs.path("saslauthd-mysql"), folder.path("settings")]
        ).run()
        #expect(result.output == "0\n", "\(result)")
    }
}
