internal import Foundation
internal import Platform

/// A saslauthd in the foreground, ours or Cyrus's, with its own run directory; it is stopped with the object.
package final class Daemon {
    package enum Make: String, CaseIterable, Sendable, CustomStringConvertible {
        case ours, reference
        package var description: String { rawValue }

        /// Those that can be started here: Cyrus saslauthd needs root, to get its own /etc.
        package static let available: [Make] = {
            if geteuid() == 0 { return allCases }
            StandardStream.error.write(
                "Not root: skipping Cyrus saslauthd; ours is compared with its known behaviour.\n"
            )
            return [.ours]
        }()
    }

    /// Cyrus saslauthd, from Debian's package sasl2-bin.
    package static let reference = "/usr/sbin/saslauthd"

    package let folder: TemporaryFolder
    private let process = Process()
    private let logFile: String

    package var socket: String { folder.path("mux") }
    package var pid: Int32 { process.processIdentifier }

    /// The daemon's standard error so far.
    package var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

    /// Our saslauthd without throttling: most tests send many requests for one login, which looks like guessing.
    private static var own: [String] { [Programs.path("saslauthd"), "--throttle", "off"] }

    /// Starts the daemon on the sasldb2 file `sasldb` with further `arguments`, and waits until it answers.
    package static func sasldb(_ make: Make, _ sasldb: String, _ arguments: String...) throws -> Daemon {
        switch make {
        case .ours:
            return try Daemon(own + ["-a", "sasldb", "-O", sasldb] + arguments)
        case .reference:
            // It reads only /etc/sasldb2, so it gets its own /etc.
            let etc = try PrivateEtc(sasldb: sasldb)
            return try Daemon(etc.wrapper + [reference, "-a", "sasldb"] + arguments, in: etc, kills: true)
        }
    }

    /// Starts the daemon with the mechanism `ldap`, the settings file `path`, and further `arguments`.
    package static func ldap(_ make: Make, _ path: String, _ arguments: String...) throws -> Daemon {
        switch make {
        case .ours: return try Daemon(own + ["-a", "ldap", "-O", path] + arguments)
        case .reference:
            return try Daemon(
                PrivateProcesses.wrapper + [reference, "-a", "ldap", "-O", path] + arguments,
                kills: true
            )
        }
    }

    /// Starts our daemon with the mechanism `scripted`.
    package static func scripted(_ arguments: String...) throws -> Daemon {
        try Daemon(own + ["-a", "scripted"] + arguments)
    }

    /// Starts our daemon with a mechanism whose program was put into the folder of the others.
    package static func plugin(_ name: String) throws -> Daemon {
        try Daemon(own + ["-a", name])
    }

    /// Starts our daemon with `mechanism`, its `option`, and further `arguments`.
    package static func ours(_ mechanism: String, _ option: String, _ arguments: String...) throws -> Daemon {
        try Daemon(own + ["-a", mechanism, "-O", option] + arguments)
    }

    /// Starts our daemon with `mechanism` and further `arguments`.
    package static func mechanism(_ mechanism: String, _ arguments: [String]) throws -> Daemon {
        try Daemon(own + ["-a", mechanism] + arguments)
    }

    /// Starts our daemon with the settings in `file` and further `arguments`.
    package static func settings(_ file: String, _ arguments: String...) throws -> Daemon {
        try Daemon(own + ["--settings", file] + arguments)
    }

    /// Starts our daemon with the mechanism `scripted` by `command`, which executes the words after it.
    package static func started(by command: [String], _ arguments: String...) throws -> Daemon {
        try Daemon(command + own + ["-a", "scripted"] + arguments)
    }

    /// The same with further `arguments` as an array, and `command`, which may be empty.
    package static func scripted(startedBy command: [String], _ arguments: [String]) throws -> Daemon {
        try Daemon(command + own + ["-a", "scripted"] + arguments)
    }

    private let etc: PrivateEtc?
    /// Whether the daemon is killed at the end.
    ///
    /// Cyrus saslauthd may hang on SIGTERM. It has its own process namespace, which is killed with its first process.
    private let isKilled: Bool

    private init(_ command: [String], in etc: PrivateEtc? = nil, kills: Bool = false) throws {
        self.etc = etc
        isKilled = kills
        folder = try TemporaryFolder()
        // A daemon that has dropped its privileges must reach its folder.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        logFile = folder.path("log")
        try Data().write(to: URL(fileURLWithPath: logFile))
        // It is terminated when the tests are killed. Foundation gives it its own process group, which Cyrus saslauthd
        // kills.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = ["--pdeathsig", "TERM"] + command + ["-d", "-m", folder.url.path]
        process.environment = Command.environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: logFile))
        try LastingThread.start(process)
        guard wait({ (try? MuxClient(socket)) != nil }) else {
            throw DaemonFailure(log: log)
        }
    }

    /// Sends a request in one piece and waits for the answer.
    package func ask(_ fields: String...) throws -> MuxClient.Answer {
        let client = try MuxClient(socket)
        try client.send(fields.flatMap { MuxClient.request($0) })
        return try client.answer()
    }

    /// Waits until `condition` holds, at most a minute, and no longer than the daemon runs; returns whether it holds.
    @discardableResult
    package func wait(_ condition: () -> Bool) -> Bool {
        waitUntil { condition() || !process.isRunning } && condition()
    }

    /// The process ids of the daemon's children.
    package var children: [Int32] {
        let list = try? Command("/usr/bin/pgrep", "-P", "\(pid)").run().output
        return list?.split(separator: "\n").compactMap { Int32($0) } ?? []
    }

    /// The process id of the newest frontend, as soon as it runs: the master listens before that.
    package func runningFrontend() throws -> Int32 {
        wait { frontend != nil }
        guard let frontend else { throw DaemonFailure(log: log) }
        return frontend
    }

    /// The process id of the newest frontend.
    package var frontend: Int32? {
        let number = try? Command("/usr/bin/pgrep", "-n", "-P", "\(pid)", "saslauthd-front").run().output
        return number.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// Sends HUP and waits until the log has another line with `text`; returns whether it appeared.
    package func reload(_ text: String = "reloaded") -> Bool {
        let before = log.components(separatedBy: text).count
        kill(pid, SIGHUP)
        return wait { log.components(separatedBy: text).count > before }
    }

    deinit {
        kill(process.processIdentifier, isKilled ? SIGKILL : SIGTERM)
        process.waitUntilExit()
    }
}

/// A daemon that did not start.
package struct DaemonFailure: Error, CustomStringConvertible {
    let log: String
    package var description: String { "the daemon does not answer; its log:\n\(log)" }
}

/// Waits until `condition` holds, at most a minute; returns whether it holds.
@discardableResult
package func waitUntil(_ condition: () -> Bool) -> Bool {
    let end = Instant.now.advanced(milliseconds: 60_000)
    while !condition() {
        if Instant.now > end { return false }
        usleep(5_000)
    }
    return true
}

/// A process namespace for one command and its children, which are killed with it.
enum PrivateProcesses {
    /// The words to put before the command.
    static let wrapper = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
}

/// A copy of /etc with another sasldb2, which is mounted over /etc for one process and its children.
package final class PrivateEtc {
    private let folder: TemporaryFolder

    package init(sasldb: String) throws {
        folder = try TemporaryFolder()
        try Command("/bin/cp", "-a", "/etc/.", folder.url.path).run()
        try Command("/bin/cp", sasldb, folder.path("sasldb2")).run()
    }

    /// The words to put before a command that should see it.
    package var wrapper: [String] {
        PrivateProcesses.wrapper + ["sh", "-c", "mount --bind '\(folder.url.path)' /etc && exec \"$@\"", "sh"]
    }
}

/// Copies of our programs and the mechanism `scripted`, in a folder that every account can reach; removed after the
/// tests.
package enum Programs {
    /// The environment variable with the folder, where several processes with tests share it.
    private static let variable = "TEST_PROGRAMS"

    /// The path of the folder.
    package static let directory: String = ProcessInfo.processInfo.environment[variable] ?? folder.url.path

    private static let folder: TemporaryFolder = {
        do {
            let folder = try TemporaryFolder()
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
            let support = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            let names =
                ["saslauthctl", "saslauthd", "saslauthd-frontend", "saslpasswd2", "sasldblistusers2", "testsaslauthd"]
                + mechanisms.map { "saslauthd-\($0)" }
            let programs = names.map { Command.built($0) } + [support.appendingPathComponent("saslauthd-scripted").path]
            // Copied by another process: a program that this process has open for writing, perhaps inherited by a child
            // of another test, cannot be executed.
            try Command("/bin/cp", programs + [folder.url.path]).run()
            atexit { try? FileManager.default.removeItem(at: Programs.folder.url) }
            return folder
        } catch {
            fatalError("cannot copy the programs: \(error)")
        }
    }()

    /// The mechanisms of this package: the folders with a main.swift.
    package static let mechanisms: [String] = {
        let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Sources/Mechanisms")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.standardizedFileURL.path)) ?? []
        return names.filter {
            FileManager.default.fileExists(
                atPath: folder.appendingPathComponent("\($0)/main.swift").standardizedFileURL.path
            )
        }.sorted()
    }()

    package static func path(_ name: String) -> String { "\(directory)/\(name)" }
}
