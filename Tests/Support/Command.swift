package import Foundation

/// A program that a test runs and waits for.
package struct Command: Sendable {
    package let program: String
    package let arguments: [String]

    package init(_ program: String, _ arguments: String...) {
        self.program = program
        self.arguments = arguments
    }

    package init(_ program: String, _ arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    package struct Result: Equatable, Sendable {
        package let output: String
        package let complaints: String
        /// The exit code, or 128 plus the signal.
        package let status: Int32
    }

    /// Runs the program in the C locale, with `input` on its standard input.
    ///
    /// Input and output are files, so that no full pipe can block it.
    @discardableResult
    package func run(input: String = "") throws -> Result {
        try run(input: Data(input.utf8))
    }

    /// Runs the program in the C locale, with `input` on its standard input.
    @discardableResult
    package func run(input: Data) throws -> Result {
        let folder = try TemporaryFolder()
        let files = ["in", "out", "err"].map { folder.url.appendingPathComponent($0) }
        try input.write(to: files[0])
        try Data().write(to: files[1])
        try Data().write(to: files[2])
        let process = try process()
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return Result(
            output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
            complaints: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self),
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        )
    }

    /// The program in the C locale, not yet started.
    package func process() throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = Self.environment
        return process
    }

    /// The environment of each program that a test starts: the C locale, a search path, and the settings of sanitizers.
    package static let environment: [String: String] =
        ["LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"].merging(Sanitizer.variables) { $1 }

    /// The path of a program of this package, in the folder of the program that runs the tests.
    package static func built(_ name: String) -> String {
        Bundle.main.executableURL?.deletingLastPathComponent().path.appending("/\(name)") ?? name
    }
}
