internal import Foundation
internal import Synchronization

/// A MariaDB on 127.0.0.1 and a UNIX socket, with its own data; it is killed with the object or the tests.
///
/// The account that runs the tests is its administrator, through the socket.
package final class MariaDB: Sendable {
    /// The data, the socket and the log, in a folder that every account can reach.
    package let folder: TemporaryFolder
    package let port: Int
    private let options: [String]
    private let process = Mutex<Process?>(nil)

    package var socket: String { folder.path("sock") }
    /// The value of `host=` or `hosts=` for a TCP connection.
    package var address: String { "127.0.0.1:\(port)" }
    /// The server's standard error so far.
    package var log: String { (try? String(contentsOfFile: folder.path("log"), encoding: .utf8)) ?? "" }

    /// Sets up a server with further `options` of mariadbd(8), and starts it.
    package convenience init(_ options: String...) throws {
        try self.init(options: options)
        try start()
    }

    /// Sets up a server without starting it.
    package init(options: [String]) throws {
        folder = try MariaDBFiles.folder(of: MariaDBFiles.account)
        port = try ReservedPorts.take(1)[0]
        self.options = options
        try MariaDBFiles.empty.get().copyData(to: folder.path("data"))
    }

    /// A server for all tests that do not stop it, removed after the tests; the database is `mail`, its reader `mail`.
    package static let shared = Result {
        let server = try MariaDB()
        MariaDBFiles.lasting.withLock { $0.append(server) }
        try server.addReader()
        return server
    }

    /// The password of the reader `mail`.
    package static let readersPassword = "database-word"

    /// Creates the database `mail`, and the user `mail`, who may read it from anywhere.
    package func addReader() throws {
        try sql(
            """
            CREATE DATABASE IF NOT EXISTS mail CHARACTER SET utf8mb4;
            CREATE USER mail@'%' IDENTIFIED BY '\(Self.readersPassword)';
            GRANT SELECT ON *.* TO mail@'%';
            """
        )
    }

    /// Starts the server and waits until it answers.
    package func start(_ further: String...) throws {
        try begin(further)
        guard waitUntil({ answers || !isRunning }), isRunning else { throw DaemonFailure(log: log) }
    }

    /// Starts the server without waiting.
    package func begin(_ further: [String] = []) throws {
        let options =
            [
                "--datadir=\(folder.path("data"))", "--socket=\(socket)", "--port=\(port)", "--bind-address=127.0.0.1",
                "--pid-file=\(folder.path("pid"))", "--skip-name-resolve", "--skip-log-bin",
                // A server removes temporary tables of others in its folder when it starts.
                "--tmpdir=\(folder.url.path)",
                // Written at each commit, so that a crash of the server loses nothing, but not synced.
                "--innodb-flush-log-at-trx-commit=2", "--innodb-fast-shutdown=2",
            ] + MariaDBFiles.options + self.options + further
        let server = try Command(
            "/usr/bin/setpriv",
            MariaDBFiles.becomesAccount + ["--pdeathsig", "KILL", "mariadbd", "--no-defaults"] + options
        ).process()
        let log = folder.path("log")
        try Data().write(to: URL(fileURLWithPath: log))
        server.standardInput = FileHandle.nullDevice
        server.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        server.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try LastingThread.start(server)
        process.withLock { $0 = server }
    }

    package var pid: Int32 { process.withLock { $0?.processIdentifier ?? 0 } }
    package var isRunning: Bool { process.withLock { $0?.isRunning ?? false } }
    package var answers: Bool { (try? sql("SELECT 1")) != nil }

    /// Stops the server as its service would, and waits until it exits.
    package func stop() { end(by: SIGTERM) }

    /// Kills the server.
    package func crash() { end(by: SIGKILL) }

    private func end(by number: Int32) {
        let server = process.withLock { $0 }
        guard let server, server.isRunning else { return }
        kill(server.processIdentifier, SIGCONT)
        kill(server.processIdentifier, number)
        server.waitUntilExit()
    }

    /// Runs statements as the administrator; returns the rows, with columns separated by tabs, without a heading.
    @discardableResult
    package func sql(_ text: String, database: String = "") throws -> String {
        let client = Command(
            "/usr/bin/mariadb",
            [
                "--no-defaults", "--socket=\(socket)", "--default-character-set=utf8mb4", "--batch",
                "--skip-column-names",
            ]
                + (database.isEmpty ? [] : [database])
        )
        let result = try client.run(input: text)
        guard result.status == 0 else { throw MariaDBFailure(description: result.complaints) }
        return result.output
    }

    deinit {
        end(by: SIGKILL)
    }
}

/// An error of MariaDB's client.
package struct MariaDBFailure: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) {
        self.description = description
    }
}

/// The files of servers.
package enum MariaDBFiles {
    /// Small files, for quick copies.
    static let options = [
        "--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M", "--innodb-data-file-path=ibdata1:6M:autoextend",
        "--innodb-autoextend-increment=1",
    ]

    /// Servers that run until the tests end.
    static let lasting = Mutex<[MariaDB]>([])

    private static let leftOver = Mutex<[URL]>([])

    /// The data of an empty server; created once.
    static let empty = Result {
        let folder = try MariaDBFiles.lastingFolder(of: account)
        atexit {
            for server in MariaDBFiles.lasting.withLock(\.self) {
                server.crash()
                try? FileManager.default.removeItem(at: server.folder.url)
            }
            for url in MariaDBFiles.leftOver.withLock(\.self) { try? FileManager.default.removeItem(at: url) }
        }
        let result = try Command(
            "/usr/bin/mariadb-install-db",
            [
                "--no-defaults", "--user=\(account)", "--datadir=\(folder.path("data"))",
                "--tmpdir=\(folder.url.path)",
                "--auth-root-authentication-method=socket", "--auth-root-socket-user=\(NSUserName())", "--skip-test-db",
            ] + options
        ).run()
        guard result.status == 0 else { throw MariaDBFailure(description: result.output + result.complaints) }
        return EmptyServer(folder: folder)
    }

    struct EmptyServer: Sendable {
        let folder: TemporaryFolder

        func copyData(to path: String) throws {
            try Command("/bin/cp", "-a", folder.path("data"), path).run()
        }
    }

    /// The account of servers: Debian's if root runs the tests, as MariaDB's scripts refuse root.
    static let account = geteuid() == 0 ? "mysql" : NSUserName()

    /// Arguments of setpriv(1).
    static let becomesAccount =
        geteuid() == 0 ? ["--reuid=\(account)", "--regid=\(account)", "--init-groups"] : []

    /// A folder that a daemon can reach after dropping its privileges; its owner is the account that runs the tests, or
    /// `owner`.
    package static func folder(of owner: String? = nil) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        if let owner { try Command("/bin/chown", owner, folder.url.path).run() }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        return folder
    }

    /// A folder like that, removed after the tests.
    package static func lastingFolder(of owner: String? = nil) throws -> TemporaryFolder {
        let folder = try MariaDBFiles.folder(of: owner)
        leftOver.withLock { $0.append(folder.url) }
        return folder
    }
}
