internal import Foundation

/// A program that runs beside a test, and ends with the object.
package final class BackgroundProgram {
    private let folder: TemporaryFolder
    private let process = Process()

    /// Starts the program and waits for the first line that it prints.
    package convenience init(_ program: String, _ arguments: String...) throws {
        try self.init(program, arguments)
    }

    private init(_ program: String, _ arguments: [String]) throws {
        folder = try TemporaryFolder()
        let file = URL(fileURLWithPath: folder.path("output"))
        try Data().write(to: file)
        // It ends when the tests are killed.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = ["--pdeathsig", "KILL", program] + arguments
        process.environment = ["LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: file)
        try LastingThread.start(process)
        waitUntil { output.contains("\n") || !process.isRunning }
    }

    /// A mail server with a behaviour of the script `mail-server`.
    package static func mailServer(_ behaviour: String, _ arguments: String...) throws -> BackgroundProgram {
        let support = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let script = support.appendingPathComponent("mail-server").path
        return try arguments.isEmpty
            ? BackgroundProgram(script, behaviour) : BackgroundProgram(script, behaviour, arguments[0])
    }

    /// A MySQL server with a behaviour of the script `mysql-server`.
    ///
    /// It keeps in `file` what it is sent, and listens on a UNIX socket if one is named, else on 127.0.0.1. Its first line says where.
    package static func mysqlServer(_ behaviour: String, keeping file: String, socket: String? = nil) throws
        -> BackgroundProgram
    {
        let support = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let script = support.appendingPathComponent("mysql-server").path
        return try BackgroundProgram(script, [behaviour, file] + (socket.map { [$0] } ?? []))
    }

    /// What the program has printed.
    package var output: String { (try? String(contentsOfFile: folder.path("output"), encoding: .utf8)) ?? "" }

    /// The first line of that.
    package var firstLine: String { output.split(separator: "\n").first.map(String.init) ?? "" }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
