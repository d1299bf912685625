internal import Foundation

/// A program that runs during a test, and is killed with the object.
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
        // It is killed when the tests are killed.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = ["--pdeathsig", "KILL", program] + arguments
        process.environment = Command.environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: file)
        try LastingThread.start(process)
        waitUntil { output.contains("\n") || !process.isRunning }
    }

    /// A mail server, the script `mail-server`.
    package static func mailServer(_ behaviour: String, _ arguments: String...) throws -> BackgroundProgram {
        let support = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let script = support.appendingPathComponent("mail-server").path
        return try arguments.isEmpty
            ? BackgroundProgram(script, behaviour) : BackgroundProgram(script, behaviour, arguments[0])
    }

    /// A MySQL server, the script `mysql-server`.
    ///
    /// It writes its input to `file`, and listens on the UNIX socket `socket` or else on 127.0.0.1. Its first line is
    /// the address.
    package static func mysqlServer(_ behaviour: String, keeping file: String, socket: String? = nil) throws
        -> BackgroundProgram
    {
        let support = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let script = support.appendingPathComponent("mysql-server").path
        return try BackgroundProgram(script, [behaviour, file] + (socket.map { [$0] } ?? []))
    }

    /// An LDAP server, the script `ldap-server`, with its further `arguments`.
    ///
    /// It writes its input to `file`, and the input of the server to which it refers clients to the file with `.other`
    /// behind its name. Its first line is the address.
    package static func ldapServer(_ behaviour: String, keeping file: String, _ arguments: [String]) throws
        -> BackgroundProgram
    {
        let support = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let script = support.appendingPathComponent("ldap-server").path
        return try BackgroundProgram(script, [behaviour, file] + arguments)
    }

    /// The program's output so far.
    package var output: String { (try? String(contentsOfFile: folder.path("output"), encoding: .utf8)) ?? "" }

    /// The first line of the output.
    package var firstLine: String { output.split(separator: "\n").first.map(String.init) ?? "" }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
