internal import Foundation
internal import Platform

/// A saslauthd in the foreground, of this package or the original, on a run directory of its own; it ends with the object.
package final class Daemon {
    package enum Make: String, CaseIterable, Sendable, CustomStringConvertible {
        case ours, reference
        package var description: String { rawValue }

        /// Those that can be started here: the original takes root, for a /etc of its own.
        package static let available: [Make] = {
            if geteuid() == 0 { return allCases }
            StandardStream.error.write(
                "Without root the original is left out, and ours is compared with what it is known to do.\n"
            )
            return [.ours]
        }()
    }

    /// The original: Debian's package sasl2-bin.
    package static let reference = "/usr/sbin/saslauthd"

    package let folder: TemporaryFolder
    private let process = Process()
    private let logFile: String

    package var socket: String { folder.path("mux") }
    package var pid: Int32 { process.processIdentifier }

    /// What the daemon has written to standard error.
    package var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

    /// The program of this package; most tests ask for one login often, in ways that guessing has too.
    private static var own: [String] { [Programs.path("saslauthd"), "--throttle", "off"] }

    /// Starts the daemon on the sasldb2 file `sasldb` with further `arguments`, and waits until it answers.
    package static func sasldb(_ make: Make, _ sasldb: String, _ arguments: String...) throws -> Daemon {
        switch make {
        case .ours:
            return try Daemon(own + ["-a", "sasldb", "-O", sasldb] + arguments)
        case .reference:
            // It knows one file only, so it gets a /etc of its own.
            let etc = try PrivateEtc(sasldb: sasldb)
            return try Daemon(etc.wrapper + [reference, "-a", "sasldb"] + arguments, in: etc)
        }
    }

    /// Starts the daemon of this package with the mechanism of the tests.
    package static func scripted(_ arguments: String...) throws -> Daemon {
        try Daemon(own + ["-a", "scripted"] + arguments)
    }

    /// Starts the daemon of this package with a mechanism whose program was put beside the others.
    package static func plugin(_ name: String) throws -> Daemon {
        try Daemon(own + ["-a", name])
    }

    /// Starts the daemon of this package with `mechanism`, which is told `option`, and further `arguments`.
    package static func ours(_ mechanism: String, _ option: String, _ arguments: String...) throws -> Daemon {
        try Daemon(own + ["-a", mechanism, "-O", option] + arguments)
    }

    /// Starts the daemon of this package with `mechanism` and further `arguments`.
    package static func mechanism(_ mechanism: String, _ arguments: [String]) throws -> Daemon {
        try Daemon(own + ["-a", mechanism] + arguments)
    }

    /// Starts the daemon of this package with the settings in `file` and further `arguments`.
    package static func settings(_ file: String, _ arguments: String...) throws -> Daemon {
        try Daemon(own + ["--settings", file] + arguments)
    }

    /// Starts the daemon of this package with the mechanism of the tests, by `command`, which execs what follows it.
    package static func started(by command: [String], _ arguments: String...) throws -> Daemon {
        try Daemon(command + own + ["-a", "scripted"] + arguments)
    }

    private let etc: PrivateEtc?

    private init(_ command: [String], in etc: PrivateEtc? = nil) throws {
        self.etc = etc
        folder = try TemporaryFolder()
        // A daemon that gave up its rights must reach its folder.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        logFile = folder.path("log")
        try Data().write(to: URL(fileURLWithPath: logFile))
        // It ends when the tests are killed. (A process group of its own, which the original kills, it has from Foundation.)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = ["--pdeathsig", "TERM"] + command + ["-d", "-m", folder.url.path]
        process.environment = ["LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: logFile))
        try LastingThread.start(process)
        guard wait({ (try? MuxClient(socket)) != nil }) else {
            throw DaemonFailure(log: log)
        }
    }

    /// Asks in one piece and waits for the answer.
    package func ask(_ fields: String...) throws -> MuxClient.Answer {
        let client = try MuxClient(socket)
        try client.send(fields.flatMap { MuxClient.request($0) })
        return try client.answer()
    }

    /// Waits until `condition` holds, at most a minute; says whether it does.
    @discardableResult
    package func wait(_ condition: () -> Bool) -> Bool {
        waitUntil { condition() || !process.isRunning } && condition()
    }

    /// The processes that the daemon has started.
    package var children: [Int32] {
        let list = try? Command("/usr/bin/pgrep", "-P", "\(pid)").run().output
        return list?.split(separator: "\n").compactMap { Int32($0) } ?? []
    }

    /// The frontend's process, of the youngest.
    package var frontend: Int32? {
        let number = try? Command("/usr/bin/pgrep", "-n", "-P", "\(pid)", "saslauthd-front").run().output
        return number.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// Sends HUP and waits until the log has another line with `text`; says whether it came.
    package func reload(_ text: String = "reloaded") -> Bool {
        let before = log.components(separatedBy: text).count
        kill(pid, SIGHUP)
        return wait { log.components(separatedBy: text).count > before }
    }

    deinit {
        // The original can hang when it is told to end; it has its own process namespace, which ends with the first process.
        kill(process.processIdentifier, etc == nil ? SIGTERM : SIGKILL)
        process.waitUntilExit()
    }
}

/// A daemon that did not come up.
package struct DaemonFailure: Error, CustomStringConvertible {
    let log: String
    package var description: String { "the daemon does not answer; it said:\n\(log)" }
}

/// Waits until `condition` holds, at most a minute; says whether it does.
@discardableResult
package func waitUntil(_ condition: () -> Bool) -> Bool {
    let end = Instant.now.advanced(milliseconds: 60_000)
    while !condition() {
        if Instant.now > end { return false }
        usleep(5_000)
    }
    return true
}

/// A copy of /etc with another sasldb2, to be mounted in the place of /etc for one process and its children, which end with it.
package final class PrivateEtc {
    private let folder: TemporaryFolder

    package init(sasldb: String) throws {
        folder = try TemporaryFolder()
        try Command("/bin/cp", "-a", "/etc/.", folder.url.path).run()
        try Command("/bin/cp", sasldb, folder.path("sasldb2")).run()
    }

    /// What stands before a command that is to see it.
    package var wrapper: [String] {
        [
            "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c",
            "mount --bind '\(folder.url.path)' /etc && exec \"$@\"", "sh",
        ]
    }
}

/// The daemon's programs and the mechanism of the tests, in a folder that every account can reach, gone with the tests.
package enum Programs {
    private static let folder: TemporaryFolder = {
        do {
            let folder = try TemporaryFolder()
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
            let support = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            let names =
                ["saslauthctl", "saslauthd", "saslauthd-frontend", "saslpasswd2", "sasldblistusers2", "testsaslauthd"]
                + mechanisms.map { "saslauthd-\($0)" }
            let programs = names.map { Command.built($0) } + [support.appendingPathComponent("saslauthd-scripted").path]
            // By another process: what this one has open for writing while another test starts a program cannot be run.
            try Command("/bin/cp", programs + [folder.url.path]).run()
            atexit { try? FileManager.default.removeItem(at: Programs.folder.url) }
            return folder
        } catch {
            fatalError("the programs cannot be copied: \(error)")
        }
    }()

    /// The mechanisms of this package: those whose program is in a folder of its own.
    package static let mechanisms: [String] = {
        let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Sources/Mechanisms")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.standardizedFileURL.path)) ?? []
        return names.filter {
            FileManager.default.fileExists(
                atPath: folder.appendingPathComponent("\($0)/main.swift").standardizedFileURL.path
            )
        }.sorted()
    }()

    package static func path(_ name: String) -> String { folder.path(name) }

    /// The folder itself.
    package static var directory: String { folder.url.path }
}
