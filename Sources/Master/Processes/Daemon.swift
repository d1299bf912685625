internal import Glibc
internal import Platform
internal import ProcessProtocol

/// Detaches from the terminal: the program starts itself again in a new session, and waits until that process answers
/// requests.
enum Daemon {
    /// The descriptor on which the new process reports that it is ready.
    private static let descriptor: CInt = 3

    /// Whether this is the new process.
    static var isThisProcess: Bool { Program.variable(EnvironmentVariable.ready.rawValue) != nil }

    /// Starts the program again with the same arguments; returns the exit code once it is ready or has failed.
    static func start(_ arguments: [String]) -> CInt {
        do throws(SystemError) {
            let program = Program(
                path: try Program.own(),
                arguments: ["saslauthd"] + arguments,
                // The watchdog then applies to the new process.
                environment: Program.environment.filter { !$0.hasPrefix("WATCHDOG_PID=") } + [
                    EnvironmentVariable.ready.assignment(String(descriptor))
                ]
            )
            let ready = try Pipe()
            let null = try OwnedDescriptor.open("/dev/null", O_RDWR)
            let pid = try program.start(
                descriptors: [null.rawValue, null.rawValue, STDERR_FILENO, ready.writer.rawValue]
            )
            if try !ready.intoReader().readAll(limit: 1).isEmpty {
                // For a unit of Type=notify without -f: the new process is the main process.
                ServiceManager.notify("MAINPID=\(pid)", "READY=1")
                return EXIT_SUCCESS
            }
            return try exitCode(of: pid)
        } catch {
            StandardStream.error.write("saslauthd: cannot become a daemon: \(error)\n")
            return EXIT_FAILURE
        }
    }

    /// In the new process: detaches standard error, and lets the first process exit with success.
    static func becomeReady() {
        let ready = OwnedDescriptor(adopting: descriptor)
        do throws(SystemError) {
            let null = try OwnedDescriptor.open("/dev/null", O_RDWR)
            try systemCall("dup2") { dup2(null.rawValue, STDERR_FILENO) }
            try ready.writeAll([1].span)
        } catch {
            // The first process is gone, so nobody waits for the report.
        }
    }

    /// The exit code of a process that failed to become ready; never success.
    private static func exitCode(of pid: pid_t) throws(SystemError) -> CInt {
        var status: CInt = 0
        // SAFETY: the call fills this one variable.
        try systemCall("waitpid") { unsafe waitpid(pid, &status, 0) }
        // It was stopped before it answered requests, so this is not a successful start.
        guard case .exited(let code) = ProcessEnd(status: status), code != EXIT_SUCCESS else { return EXIT_FAILURE }
        return code
    }
}
