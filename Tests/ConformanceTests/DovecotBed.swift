import Foundation
import TestSupport
import Testing

/// Our daemon with the mechanism `scripted` and a socket for Dovecot's protocol.
final class DovecotBed {
    private let folder: TemporaryFolder
    let socket: String
    let daemon: Daemon

    /// `keys` are those of `--dovecot`, each with a comma before it; `command` executes the words after it.
    init(_ keys: String = "", _ arguments: [String] = [], startedBy command: [String] = []) throws {
        folder = try TemporaryFolder()
        // The mechanism's account looks there.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        socket = folder.path("auth")
        let words = ["--dovecot", socket + keys, "-O", folder.url.path + "/"] + arguments
        daemon = try Daemon.scripted(startedBy: command, words)
        let path = socket
        try #require(daemon.wait { (try? DovecotClient(path, minor: 1)) != nil }, "\(daemon.log)")
    }

    /// A client after both greetings.
    func client(minor: Int = 1) throws -> DovecotClient { try DovecotClient(socket, minor: minor) }

    /// The answer to one login on a connection of its own.
    func login(_ login: String, _ password: String, minor: Int = 1) throws -> DovecotClient.Event {
        let client = try client(minor: minor)
        try client.begin(1, login, password)
        return client.event()
    }

    /// Lets the mechanism answer a login whose name begins with `held`.
    func release(_ login: String) throws { try Data().write(to: URL(fileURLWithPath: folder.path(login))) }

    /// How many descriptors a process has open.
    func descriptors(_ process: Int32) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count) ?? 0
    }

    /// The memory of a process, in kilobytes; 0 with a sanitizer, which keeps freed memory and needs much more.
    func memory(_ process: Int32) -> Int {
        guard Sanitizer.current == nil else { return 0 }
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }

    /// Waits until the frontend has no more than its first descriptors, and a few for workers that were started since.
    func awaitsDescriptors(_ count: Int, of process: Int32) -> Bool {
        daemon.wait { descriptors(process) <= count + 12 }
    }

    static func accepted(_ id: Int = 1, _ login: String = "alice") -> DovecotClient.Event {
        .line("OK\t\(id)\tuser=\(login)")
    }

    static func refused(_ id: Int = 1, _ login: String = "alice") -> DovecotClient.Event {
        .line("FAIL\t\(id)\tuser=\(login)\treason=Authentication failed")
    }

    static func temporary(_ id: Int = 1, _ login: String = "alice") -> DovecotClient.Event {
        .line("FAIL\t\(id)\tuser=\(login)\ttemp\tcode=temp_fail\treason=Temporary authentication failure")
    }

    static func unknownRequest(_ id: Int = 1) -> DovecotClient.Event {
        .line("FAIL\t\(id)\treason=Authentication request timed out")
    }
}
