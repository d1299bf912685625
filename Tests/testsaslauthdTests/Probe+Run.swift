import Glibc
import Platform

@testable import testsaslauthd

/// The output and the exit code of a program, or of the probe in this process.
struct RunResult: Hashable {
    var output: String
    var error: String
    var exitCode: CInt
}

extension Probe {
    /// Runs the probe in this process, under the name `probe`.
    static func run(_ arguments: [String]) -> RunResult {
        let transcript = Transcript()
        let probe = Probe(name: "probe", console: transcript.console)
        let code = probe.run(arguments: (["probe"] + arguments).map { Array($0.utf8) }) { _ in }
        return RunResult(output: transcript.output, error: transcript.error, exitCode: code)
    }

    /// The path of the built program, in the folder of the tests.
    static func built() throws -> String {
        let tests = try Program.own()
        return tests[...(tests.lastIndex(of: "/") ?? tests.startIndex)] + "testsaslauthd"
    }
}

/// Runs a program and waits for it.
///
/// - Parameters:
///   - path: the program; called by the name `testsaslauthd`.
///   - arguments: those after the name.
///   - input: its standard input.
/// - Returns: the result; the exit code after a signal is its negated number.
/// - Throws: when it cannot be started.
func run(_ path: String, _ arguments: [String], input: String = "") throws -> RunResult {
    let stdin = try OwnedDescriptor.memory(named: "in", holding: input)
    let stdout = try OwnedDescriptor.memory(named: "out", holding: "")
    let stderr = try OwnedDescriptor.memory(named: "err", holding: "")
    let pid = try Program(path: path, arguments: ["testsaslauthd"] + arguments, environment: Program.environment)
        .start(descriptors: [stdin.rawValue, stdout.rawValue, stderr.rawValue])
    let code = try exitCode(of: pid)
    lseek(stdout.rawValue, 0, SEEK_SET)
    lseek(stderr.rawValue, 0, SEEK_SET)
    return RunResult(
        output: String(decoding: try stdout.readAll(limit: 1 << 20), as: UTF8.self),
        error: String(decoding: try stderr.readAll(limit: 1 << 20), as: UTF8.self),
        exitCode: code
    )
}

/// Waits for a child, at most a minute; after a signal, returns its negated number.
func exitCode(of pid: pid_t) throws -> CInt {
    let deadline = Instant.now.advanced(milliseconds: 60_000)
    var status: CInt = 0
    // SAFETY: one variable for the one value that the call fills.
    while try systemCall("waitpid", { unsafe waitpid(pid, &status, WNOHANG) }) == 0 {
        if Instant.now > deadline { kill(pid, SIGKILL) }
        usleep(1000)
    }
    switch ProcessEnd(status: status) {
    case .exited(let code): return code
    case .killed(let signal): return -signal
    }
}
