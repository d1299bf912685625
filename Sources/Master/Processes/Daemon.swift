internal import Glibc
internal import Platform
internal import ProcessProtocol

/// How the program leaves the terminal: it starts itself anew in a session of its own and waits until that answers requests.
enum Daemon {
    /// The descriptor on which the new process says that it is ready.
    private static let descriptor: CInt = 3

    /// Whether this is the new process.
    static var isThisProcess: Bool { Program.variable(EnvironmentVariable.ready.rawValue) != nil }

    /// Starts the program anew with the same arguments; gives the exit code once it is ready or has failed.
    static func start(_ arguments: [String]) -> CInt {
        do throws(SystemError) {
            let program = Program(
                path: try Program.own(),
                arguments: ["saslauthd"] + arguments,
                // Watched over is then the new process.
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
                // A unit of Type=notify whose command has no -f: the main process is the new one.
                ServiceManager.notify("MAINPID=\(pid)", "READY=1")
                return EXIT_SUCCESS
            }
            return try exitCode(of: pid)
        } catch {
            StandardStream.error.write("saslauthd: cannot become a daemon: \(error)\n")
            return EXIT_FAILURE
        }
    }

    /// In the new process: lets go of the terminal and lets the first process end with success.
    static func becomeReady() {
        let ready = OwnedDescriptor(adopting: descriptor)
        do throws(SystemError) {
            let null = try OwnedDescriptor.open("/dev/null", O_RDWR)
            try systemCall("dup2") { dup2(null.rawValue, STDERR_FILENO) }
            try ready.writeAll([1].span)
        } catch {
            // The first process is gone: nobody waits to be told.
        }
    }

    /// The exit code of a process that has never been ready, which is no success.
    private static func exitCode(of pid: pid_t) throws(SystemError) -> CInt {
        var status: CInt = 0
        // SAFETY: one variable for the one value that the call fills.
        try systemCall("waitpid") { unsafe waitpid(pid, &status, 0) }
        // It was told to end before it could answer anything: nobody is to believe that it runs.
        guard case .exited(let code) = ProcessEnd(status: status), code != EXIT_SUCCESS else { return EXIT_FAILURE }
        return code
    }
}
