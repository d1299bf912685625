import Glibc
import Platform
import Testing

@testable import testsaslauthd

/// The built program, compared with Cyrus's.
@Suite struct ProgramTests {
    private static let original = "/usr/sbin/testsaslauthd"
    private static let hasCyrus = (try? FileStatus(of: original)) != nil

    /// What a server does in the comparison.
    enum Scene: CaseIterable {
        case accepts, refuses, closes, sendsNothing, sendsOneByte, cutsText, isMissing, isFile

        /// Starts the server, if there is one, and gives the path of its socket.
        func start() throws -> (server: FakeServer?, path: String) {
            let manner: FakeServer.Manner
            switch self {
            case .accepts: manner = .answer([0, 4] + Array("OK a".utf8), fields: 4)
            case .refuses: manner = .answer([0, 3] + Array("NO ".utf8), fields: 4)
            case .closes: manner = .close
            case .sendsNothing: manner = .answer([0, 0], fields: 4)
            case .sendsOneByte: manner = .answer([0, 1, 0x4F], fields: 4)
            case .cutsText: manner = .answer([0, 9] + Array("OK".utf8), fields: 4)
            case .isMissing: return (nil, "/nonexistent/mux")
            case .isFile: return (nil, "/etc/passwd")
            }
            let server = try FakeServer(manner)
            return (server, server.path)
        }
    }

    @Test(.enabled(if: hasCyrus, "sasl2-bin is not installed"), arguments: Scene.allCases, ["1", "0", "3x", "-1"])
    func `outputs are Cyrus's, except for hints and the exit code`(scene: Scene, repetitions: String)
        throws
    {
        let (server, path) = try scene.start()
        defer { withExtendedLifetime(server) {} }
        let arguments = ["-u", "alice", "-p=secret", "-r", "", "-f", path, "-R", repetitions, "word", "--", "-q"]
        let theirs = try run(Self.original, arguments)
        let ours = try run(Probe.built(), arguments)
        #expect(ours.output == theirs.output)
        #expect(ours.error.hasPrefix(theirs.error))
        #expect((ours.exitCode == 0) == (theirs.exitCode == 0))
        if let server {
            let half = server.requests.count / 2
            #expect(server.requests.prefix(half) == server.requests.suffix(half))
        }
    }

    @Test(
        .enabled(if: hasCyrus, "sasl2-bin is not installed"),
        arguments: [[], ["-h"], ["-u", "a", "-p"], ["-p", "b"], ["-u", "a", "-p", "b", "-x"]]
    )
    func `wrong usage prints Cyrus's text`(arguments: [String]) throws {
        let theirs = try run(Self.original, arguments)
        let ours = try run(Probe.built(), arguments)
        #expect(ours == RunResult(output: theirs.output, error: theirs.error, exitCode: 64))
        #expect(theirs.exitCode == 1)
    }

    @Test(arguments: [("secret\n", "secret"), ("secret", "secret"), ("two words\nmore\n", "two words"), ("", "")])
    func `without -p the first line of the standard input is the password`(input: String, password: String) throws {
        let server = try FakeServer(.judge(password: Array(password.utf8)))
        let result = try run(Probe.built(), ["-u", "alice", "-f", server.path], input: input)
        #expect(result == RunResult(output: "0: OK \"Success.\"\n", error: "", exitCode: 0))
    }

    @Test func `a line that is too long is reported, not cut`() throws {
        let input = String(repeating: "x", count: 70000)
        let result = try run(Probe.built(), ["-u", "alice", "-f", "/nonexistent"], input: input)
        #expect(result.error == "testsaslauthd: the password exceeds 65535 bytes\n")
        #expect(result.exitCode == 64)
    }

    @Test func `the password is overwritten on the command line`() throws {
        let folder = try ScratchFolder()
        let listener = try UnixSocket.listen(at: folder.path + "/mux")
        let arguments = ["testsaslauthd", "-psecret", "-u", "alice", "-p", "secret", "-f", folder.path + "/mux"]
        let pid = try Program(path: Probe.built(), arguments: arguments, environment: Program.environment)
            .start(descriptors: [])
        _ = try waitForInput(on: [listener.rawValue], milliseconds: 60_000)
        let line = try OwnedDescriptor.open("/proc/\(pid)/cmdline", O_RDONLY).readAll(limit: 4096)
        kill(pid, SIGKILL)
        #expect(try exitCode(of: pid) == -SIGKILL)
        let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        #expect(words == arguments.map { $0.replacing("secret", with: "xxxxxx") })
    }

    @Test(.enabled(if: Account.isRoot, "only root becomes somebody else"))
    func `a directory that may not be entered is named, with the group that may`() throws {
        let folder = try ScratchFolder()
        _ = try UnixSocket.listen(at: folder.path + "/mux")
        unsafe chmod(folder.path, 0o710)
        let account = try #require(try Account(named: "nobody"))
        let error = try OwnedDescriptor.memory(named: "err", holding: "")
        let pid = try Program(
            path: Probe.built(),
            arguments: ["testsaslauthd", "-u", "alice", "-p", "secret", "-f", folder.path + "/mux"],
            environment: Program.environment,
            account: account
        ).start(descriptors: [error.rawValue, error.rawValue, error.rawValue])
        #expect(try exitCode(of: pid) == 2)
        lseek(error.rawValue, 0, SEEK_SET)
        #expect(
            String(decoding: try error.readAll(limit: 4096), as: UTF8.self) == """
                0: connect() : Permission denied
                testsaslauthd: you are not in group root, which may enter \(folder.path)

                """
        )
    }
}
