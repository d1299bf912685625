internal import Dispatch
import Foundation
import TestSupport
import Testing

@Suite struct PasswordPromptTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Starts the program on a terminal.
    func start(_ name: String, on terminal: borrowing PseudoTerminal) throws -> Process {
        let program = name == "ours" ? PasswordProgramTests.ours : PasswordProgramTests.theirs
        let process = try Command(program, "-f", folder.path(name), "alice@example.org").process()
        process.standardInput = FileHandle(forUpdatingAtPath: terminal.name)
        process.standardOutput = FileHandle(forUpdatingAtPath: terminal.name)
        process.standardError = FileHandle(forUpdatingAtPath: terminal.name)
        try process.run()
        // Whatever goes wrong, no test waits for a program that waits for it.
        let pid = process.processIdentifier
        DispatchQueue.global().asyncAfter(deadline: .now() + 120) { if process.isRunning { kill(pid, SIGKILL) } }
        return process
    }

    @Test(arguments: ["theirs", "ours"])
    func `on a terminal it asks twice and shows nothing`(name: String) throws {
        let terminal = try PseudoTerminal()
        let process = try start(name, on: terminal)
        #expect(try terminal.screen(upTo: "Password: ") == "Password: ")
        try terminal.typeUnseen("secret\n")
        #expect(try terminal.screen(upTo: "verification): ") == "\r\nAgain (for verification): ")
        try terminal.typeUnseen("secret\n")
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let hasEcho = terminal.hasEcho
        #expect(hasEcho)
        #expect(try Command("/usr/bin/db5.3_dump", "-p", folder.path(name)).run().output.contains("\n secret\n"))
    }

    @Test(arguments: ["theirs", "ours"])
    func `two different passwords are refused`(name: String) throws {
        let terminal = try PseudoTerminal()
        let process = try start(name, on: terminal)
        _ = try terminal.screen(upTo: "Password: ")
        try terminal.typeUnseen("secret\n")
        _ = try terminal.screen(upTo: "verification): ")
        try terminal.typeUnseen("other\n")
        let message = "\r\nsaslpasswd2: passwords don't match; aborting\r\n"
        #expect(try terminal.screen(upTo: "aborting\r\n") == message)
        process.waitUntilExit()
        #expect(process.terminationStatus == 7)
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT])
    func `a signal ends it and restores the echo`(signal: Int32) throws {
        let terminal = try PseudoTerminal()
        let process = try start("ours", on: terminal)
        _ = try terminal.screen(upTo: "Password: ")
        let hadEcho = terminal.hasEcho
        #expect(!hadEcho)
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == signal)
        let hasEcho = terminal.hasEcho
        #expect(hasEcho)
    }

    @Test func `stopped and continued, it asks again`() throws {
        let terminal = try PseudoTerminal()
        let process = try start("ours", on: terminal)
        _ = try terminal.screen(upTo: "Password: ")
        kill(process.processIdentifier, SIGTSTP)
        // Where nobody could continue it, the kernel does not stop it either.
        while try !terminal.hasOutput(within: 10) {
            let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
            if status.contains(") T ") { kill(process.processIdentifier, SIGCONT) }
        }
        #expect(try terminal.screen(upTo: "Password: ") == "Password: ")
        try terminal.typeUnseen("secret\n")
        _ = try terminal.screen(upTo: "verification): ")
        try terminal.typeUnseen("secret\n")
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
