internal import Foundation
internal import Platform

/// The authentication process of Debian's Dovecot, with its own configuration and folder; killed with the object.
package final class DovecotAuth {
    private let folder: TemporaryFolder
    private let process = Process()
    private let output: String

    /// The socket for mail servers.
    package let socket: String

    /// Starts Dovecot with these logins and passwords, and no delays that it can do without; waits until it serves.
    package init(
        _ users: [(login: String, password: String)],
        mechanisms: [String] = ["PLAIN", "LOGIN"]
    ) throws {
        folder = try TemporaryFolder()
        // The process that reads the users has no rights of root's.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        socket = folder.path("auth")
        output = folder.path("log")
        let lines = users.map { "\($0.login):{PLAIN}\($0.password)\n" }
        try lines.joined().write(toFile: folder.path("users"), atomically: true, encoding: .utf8)
        try Self.configuration(folder, mechanisms).write(toFile: folder.path("conf"), atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        // Its processes are killed with the first one of its process namespace.
        process.arguments =
            ["--pdeathsig", "KILL"] + PrivateProcesses.wrapper
            + ["/usr/sbin/dovecot", "-F", "-c", folder.path("conf")]
        process.environment = Command.environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try LastingThread.start(process)
        let isServing = waitUntil { !process.isRunning || (try? DovecotClient(socket, minor: 1)) != nil }
        guard isServing, process.isRunning else {
            throw DovecotFailure(text: "Dovecot does not serve; its log:\n\(log)")
        }
    }

    private static func configuration(_ folder: TemporaryFolder, _ mechanisms: [String]) -> String {
        """
        base_dir = \(folder.path("run"))
        state_dir = \(folder.path("run"))
        log_path = \(folder.path("log"))
        protocols =
        ssl = no
        disable_plaintext_auth = no
        auth_mechanisms = \(mechanisms.joined(separator: " ").lowercased())
        auth_failure_delay = 0
        first_valid_uid = 1
        passdb {
          driver = passwd-file
          args = username_format=%u \(folder.path("users"))
        }
        userdb {
          driver = static
          args = uid=mail gid=mail home=/tmp
        }
        service auth {
          unix_listener \(folder.path("auth")) {
            mode = 0666
          }
        }
        service anvil {
          unix_listener anvil-auth-penalty {
            mode = 0
          }
        }

        """
    }

    package var log: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
