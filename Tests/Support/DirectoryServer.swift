internal import Foundation
internal import Synchronization

/// A slapd on 127.0.0.1 with the entries of `directory/example.ldif`; it is killed with the object or the tests.
///
/// The log has a line for each operation.
package final class DirectoryServer: Sendable {
    /// How a server differs from the usual one.
    package struct Options: Sendable {
        /// Lines of slapd.conf(5), before the database and in it.
        package var lines: [String] = []
        package var databaseLines: [String] = []
        /// Entries in addition to the usual ones.
        package var entries = ""
        /// The file with the server's certificate and key; with it the server has StartTLS and an ldaps port.
        package var certificate: String?
        /// Whether the log has a line for each operation; without them a load is no burden for the tests.
        package var logsOperations = true

        package init() {}
    }

    /// The suffix, the reader of most settings files, and the administrator.
    package static let suffix = "dc=example,dc=org"
    package static let people = "ou=people,\(suffix)"
    package static let reader = "cn=reader,\(suffix)"
    package static let readersPassword = "reader-word"
    package static let administrator = "cn=admin,\(suffix)"
    package static let administratorsPassword = "administrator-word"

    /// The settings, the data, the UNIX socket and the log.
    package let folder: TemporaryFolder
    private let ports: [Int]
    private let hasTLS: Bool
    private let level: String
    private let process = Mutex<Process?>(nil)

    package var port: Int { ports[0] }
    package var securePort: Int { ports[1] }
    package var url: String { "ldap://127.0.0.1:\(port)/" }
    package var secureURL: String { "ldaps://127.0.0.1:\(securePort)/" }
    package var localURL: String { "ldapi://\(folder.path("ldapi").replacing("/", with: "%2F"))/" }
    /// The server's standard error so far: a line for each operation.
    package var log: String { (try? String(contentsOfFile: folder.path("log"), encoding: .utf8)) ?? "" }
    package var pid: Int32 { process.withLock { $0?.processIdentifier ?? 0 } }
    package var isRunning: Bool { process.withLock { $0?.isRunning ?? false } }

    /// Sets up a server and starts it.
    package convenience init(_ options: Options = Options()) throws {
        try self.init(stopped: options)
        try start()
    }

    /// Sets up a server without starting it, on `ports` or on free ones, with a copy of the data of `other`, which is not
    /// started either.
    package init(stopped options: Options, ports: [Int]? = nil, copying other: DirectoryServer? = nil) throws {
        folder = try MariaDBFiles.folder()
        self.ports = try ports ?? ReservedPorts.take(2)
        hasTLS = options.certificate != nil
        level = options.logsOperations ? "stats" : "none"
        try Data(DirectoryFiles.settings(options, folder).utf8).write(to: URL(fileURLWithPath: settings))
        try Data().write(to: URL(fileURLWithPath: folder.path("log")))
        if let other {
            try FileManager.default.copyItem(atPath: other.folder.path("data"), toPath: folder.path("data"))
            return
        }
        try FileManager.default.createDirectory(atPath: folder.path("data"), withIntermediateDirectories: false)
        let seed = try DirectoryFiles.text("example.ldif") + "\n" + options.entries
        // With the option `w` the directory has a version, so that copies agree from the start.
        let result = try Command("/usr/sbin/slapadd", "-q", "-w", "-S", "1", "-f", settings).run(input: seed)
        guard result.status == 0 else { throw DirectoryFailure(description: result.output + result.complaints) }
    }

    private var settings: String { folder.path("slapd.conf") }

    /// Starts the server and waits until it answers.
    package func start() throws {
        let urls = hasTLS ? [localURL, url, secureURL] : [localURL, url]
        let server = try Command(
            "/usr/bin/setpriv",
            ["--pdeathsig", "KILL", "slapd", "-f", settings, "-h", urls.joined(separator: " "), "-d", level]
        ).process()
        let output = try FileHandle(forUpdating: URL(fileURLWithPath: folder.path("log")))
        let before = try output.seekToEnd()
        server.standardInput = FileHandle.nullDevice
        server.standardOutput = output
        server.standardError = output
        try LastingThread.start(server)
        process.withLock { $0 = server }
        // slapd writes that it starts before it listens.
        guard
            waitUntil({
                hasStarted(since: before) && ports[..<(hasTLS ? 2 : 1)].allSatisfy(ReservedPorts.isServed) || !isRunning
            }), isRunning
        else {
            throw DirectoryFailure(description: log)
        }
    }

    /// Whether the log says behind the byte `offset` that the server starts.
    private func hasStarted(since offset: UInt64) -> Bool {
        guard let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: folder.path("log"))),
            (try? file.seek(toOffset: offset)) != nil, let text = try? file.read(upToCount: 1 << 16)
        else { return false }
        return text.range(of: Data("slapd starting".utf8)) != nil
    }

    /// Stops the server as its service would, and waits until it exits.
    package func stop() { end(by: SIGTERM) }

    /// Kills the server.
    package func crash() { end(by: SIGKILL) }

    /// Freezes the server: its connections stay open, and nothing is answered.
    package func freeze() { kill(pid, SIGSTOP) }

    /// Lets a frozen server go on.
    package func thaw() { kill(pid, SIGCONT) }

    private func end(by number: Int32) {
        let server = process.withLock { $0 }
        guard let server, server.isRunning else { return }
        kill(server.processIdentifier, SIGCONT)
        kill(server.processIdentifier, number)
        server.waitUntilExit()
    }

    /// Carries out changes in LDIF, as the administrator; entries without a `changetype` are added.
    package func modify(_ changes: String) throws {
        let result = try Command(
            "/usr/bin/ldapmodify",
            ["-a", "-x", "-H", url, "-D", Self.administrator, "-w", Self.administratorsPassword]
        ).run(input: changes)
        guard result.status == 0 else { throw DirectoryFailure(description: result.output + result.complaints) }
    }

    /// The entries that match `filter`, in LDIF, as the administrator sees them.
    package func entries(_ filter: String, _ attributes: String...) throws -> String {
        let result = try Command(
            "/usr/bin/ldapsearch",
            [
                "-x", "-LLL", "-o", "ldif-wrap=no", "-H", url, "-D", Self.administrator, "-w",
                Self.administratorsPassword, "-b", Self.suffix, filter,
            ] + attributes
        ).run()
        guard result.status == 0 else { throw DirectoryFailure(description: result.output + result.complaints) }
        return result.output
    }

    /// How many lines of the log contain `text`: `BIND dn="uid=alice` for instance.
    ///
    /// slapd writes the line of a bind, a search or a comparison before it answers it; those of results, unbinds and
    /// closed connections may come later than the client knows of them.
    package func count(_ text: String) -> Int { log.ranges(of: text).count }

    /// How many binds, searches and comparisons were answered or are in progress.
    package var requests: Int { count(" method=") + count(" SRCH base=") + count(" CMP dn=") }

    /// Servers that replicate each other, without lines for operations in their logs.
    package static func replicated(_ count: Int = 2) throws -> [DirectoryServer] {
        let ports = try ReservedPorts.take(2 * count)
        var servers: [DirectoryServer] = []
        for number in 0..<count {
            var options = Options()
            options.logsOperations = false
            options.lines = ["moduleload syncprov", "serverID \(number + 1)"]
            for other in 0..<count where other != number {
                options.databaseLines.append(
                    """
                    syncrepl rid=00\(other + 1) provider=ldap://127.0.0.1:\(ports[2 * other]) type=refreshAndPersist \
                    retry="1 +" searchbase=\(suffix) bindmethod=simple binddn=\(administrator) \
                    credentials=\(administratorsPassword) network-timeout=1 timeout=5
                    """
                )
            }
            options.databaseLines += ["multiprovider on", "overlay syncprov"]
            let ports = Array(ports[2 * number..<2 * number + 2])
            servers.append(try DirectoryServer(stopped: options, ports: ports, copying: servers.first))
        }
        for server in servers { try server.start() }
        return servers
    }

    deinit {
        end(by: SIGKILL)
    }
}

/// An error of slapd or its tools.
package struct DirectoryFailure: Error, CustomStringConvertible {
    package let description: String
}

/// The files of servers.
enum DirectoryFiles {
    private static let schemas = ["core", "cosine", "inetorgperson", "nis"]

    static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("directory/\(name)").path
    }

    static func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    static func settings(_ options: DirectoryServer.Options, _ folder: TemporaryFolder) -> String {
        let tls = options.certificate.map { ["TLSCertificateFile \($0)", "TLSCertificateKeyFile \($0)"] } ?? []
        let lines =
            ["modulepath /usr/lib/ldap", "moduleload back_mdb"]
            + schemas.map { "include /etc/ldap/schema/\($0).schema" } + ["include \(path("example.schema"))"]
            // Users who bind by SASL are those of the directory, whose clear passwords are theirs for SASL too.
            + [",cn=[^,]*,cn=[^,]*,cn=auth", ",cn=[^,]*,cn=auth"].map { rest in
                "authz-regexp \"^uid=([^,]*)\(rest)$\" \"uid=$1,\(DirectoryServer.people)\""
            }
            + ["sasl-secprops noanonymous", "password-hash {CLEARTEXT}", "pidfile \(folder.path("pid"))"]
            + tls + options.lines
            + [
                "database mdb", "suffix \(DirectoryServer.suffix)", "directory \(folder.path("data"))",
                "maxsize 16777216", "dbnosync", "rootdn \(DirectoryServer.administrator)",
                "rootpw \(DirectoryServer.administratorsPassword)", "index objectClass,uid,entryUUID,entryCSN eq",
            ]
            // The first rule that fits counts, so those of a test come before the usual ones.
            + options.databaseLines.filter { $0.hasPrefix("access ") }
            + [
                """
                access to attrs=userPassword,storedPassword by dn.exact=\(DirectoryServer.reader) read by \
                dn.exact=uid=sasl-reader,\(DirectoryServer.people) read by anonymous auth by * none
                """,
                "access to * by * read",
            ] + options.databaseLines.filter { !$0.hasPrefix("access ") }
        return lines.joined(separator: "\n") + "\n"
    }
}
