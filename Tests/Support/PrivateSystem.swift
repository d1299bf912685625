internal import Foundation

/// A system of its own for one command; see the script `private-system`.
package enum PrivateSystem {
    /// Where `make test` unpacks the servers that are not installed, each package in a folder of its name.
    package static let packages: String = {
        let support = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return support.appendingPathComponent("../../.build/unpacked").standardized.path
    }()

    /// Runs a command there; `folder` holds what it writes, `syslog` for instance.
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
    /// A command on a system of its own that goes on until the object ends; then all of that system does.
    package final class Running: Sendable {
        private let process: Process
        private let complaints: String

        /// Starts the command and waits until each of `sockets` answers, at most a minute each.
        package init(_ folder: TemporaryFolder, _ command: [String], sockets: [String]) throws {
            complaints = folder.path("complaints")
            try Data().write(to: URL(fileURLWithPath: complaints))
            let inner = PrivateSystem.command(folder, command)
            // It ends when the tests are killed.
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
            // Its first process inside ends with it, and with that all others.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }
}
