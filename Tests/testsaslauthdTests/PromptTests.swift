import Glibc
import Platform
import Testing

@testable import testsaslauthd

/// The built program with a terminal for its standard input.
@Suite struct PromptTests {
    /// A terminal: what is typed and shown goes through `keyboard`, the program has `screen`.
    private struct Terminal: ~Copyable {
        let keyboard: OwnedDescriptor
        let screen: OwnedDescriptor

        init() throws(SystemError) {
            var keyboard: CInt = -1
            var screen: CInt = -1
            // SAFETY: two variables for the two values that the call fills.
            try systemCall("openpty") { unsafe openpty(&keyboard, &screen, nil, nil, nil) }
            self.keyboard = OwnedDescriptor(adopting: keyboard)
            self.screen = OwnedDescriptor(adopting: screen)
        }

        var echoes: Bool {
            var settings = termios()
            // SAFETY: one variable for the one value that the call fills.
            unsafe tcgetattr(screen.rawValue, &settings)
            return settings.c_lflag & tcflag_t(ECHO) != 0
        }

        /// Waits until nothing that is typed is shown, a minute at the most.
        func waitUntilHidden() {
            let deadline = Instant.now.advanced(milliseconds: 60_000)
            while echoes, Instant.now < deadline { usleep(1000) }
        }

        /// Starts the built program.
        func start(_ arguments: [String]) throws -> pid_t {
            let names = ["testsaslauthd"] + arguments
            return try Program(path: Probe.built(), arguments: names, environment: Program.environment)
                .start(descriptors: [screen.rawValue, screen.rawValue, screen.rawValue])
        }

        /// All that is shown until `text` is, or for a minute.
        func shown(until text: String) throws -> String {
            var bytes: [UInt8] = []
            let deadline = Instant.now.advanced(milliseconds: 60_000)
            while Instant.now < deadline, !String(decoding: bytes, as: UTF8.self).hasSuffix(text) {
                guard try !waitForInput(on: [keyboard.rawValue], milliseconds: 100).isEmpty else { continue }
                _ = try keyboard.read(into: &bytes, limit: 1024)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test func `the password is asked for and not shown, and the terminal is as before`() throws {
        let server = try FakeServer(.judge(password: Array("geheim".utf8)))
        let terminal = try Terminal()
        let pid = try terminal.start(["-u", "alice", "-f", server.path])
        #expect(try terminal.shown(until: "Password: ") == "Password: ")
        terminal.waitUntilHidden()
        try terminal.keyboard.writeAll(Array("geheim\n".utf8).span)
        #expect(try terminal.shown(until: "\"\r\n") == "\r\n0: OK \"Success.\"\r\n")
        #expect(try exitCode(of: pid) == 0)
        let echoes = terminal.echoes
        #expect(echoes)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    func `a signal ends the program and leaves the terminal as before`(signal: CInt) throws {
        let terminal = try Terminal()
        let pid = try terminal.start(["-u", "alice", "-f", "/nonexistent"])
        #expect(try terminal.shown(until: "Password: ") == "Password: ")
        terminal.waitUntilHidden()
        kill(pid, signal)
        #expect(try exitCode(of: pid) == -signal)
        let echoes = terminal.echoes
        #expect(echoes)
    }

    @Test func `the end of the input is an empty password`() throws {
        let server = try FakeServer(.judge(password: []))
        let terminal = try Terminal()
        let pid = try terminal.start(["-u", "alice", "-f", server.path])
        #expect(try terminal.shown(until: "Password: ") == "Password: ")
        terminal.waitUntilHidden()
        try terminal.keyboard.writeAll([4].span)
        #expect(try exitCode(of: pid) == 0)
    }
}
