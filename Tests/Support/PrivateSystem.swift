internal import Foundation

/// A private system for one command; see the script `private-system`.
package enum PrivateSystem {
    /// Where `make test` unpacks packages that are not installed, each in a folder with its name.
    package static let packages: String = {
        let support = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return support.appendingPathComponent("../../.build/unpacked").standardized.path
    }()

    /// Runs a command there; its files, such as `syslog`, are in `folder`.
    package static func run(_ folder: TemporaryFolder, _ command: [String]) throws -> Command.Result {
        try self.command(folder, command).run()
    }

    private static func command(_ folder: TemporaryFolder, _ command: [String]) -> Command {
        let support = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let script = support.appendingPathComponent("private-system").path
        return Command("/bin/sh", [script, folder.url.path] + command)
    }
}

extension PrivateSystem {
    /// A command on a private system; the whole system is killed with the object.
    package final class Running: Sendable {
        private let process: Process
        private let complaints: String

        /// Starts the command and waits until each of `sockets` accepts connections, at most a minute each.
        package init(_ folder: TemporaryFolder, _ command: [String], sockets: [String]) throws {
            complaints = folder.path("complaints")
            try Data().write(to: URL(fileURLWithPath: complaints))
            let inner = PrivateSystem.command(folder, command)
            // It is killed when the tests are killed.
            process = try Command("/usr/bin/setpriv", ["--pdeathsig", "KILL", inner.program] + inner.arguments)
                .process()
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: complaints))
            process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: complaints))
            try LastingThread.start(process)
            let process = process
            for socket in sockets {
                let isThere = waitUntil { (try? MuxClient(socket)) != nil || !process.isRunning }
                guard isThere, process.isRunning else {
                    throw DaemonFailure(log: (try? String(contentsOfFile: complaints, encoding: .utf8)) ?? "")
                }
            }
        }

        deinit {
            // Kills the first process of the process namespace too, and thereby all others.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }
}
