import ArgumentParser
import Authentication
import Glibc

/// The options of the command line.
private struct Options: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "testsaslauthd", helpNames: [])

    @Option(name: .customShort("u"), parsing: .unconditional) var user: String?
    @Option(name: .customShort("p"), parsing: .unconditional) var password: String?
    @Option(name: .customShort("r"), parsing: .unconditional) var realm = ""
    @Option(name: .customShort("s"), parsing: .unconditional) var service = "imap"
    @Option(name: .customShort("f"), parsing: .unconditional, completion: .file())
    var socket = ProbeSettings.defaultSocket
    @Option(name: .customShort("R"), parsing: .unconditional) var repetitions = "1"
    @Option(name: [.customShort("a"), .customLong("address")], parsing: .unconditional) var address: String?
    @Option(name: .customLong("concurrency"), parsing: .unconditional) var concurrency: Int?
    @Flag(name: .customLong("ping")) var ping = false
    @Option(name: .customLong("timeout"), parsing: .unconditional) var timeLimit: Int?
    @Argument var ignored: [String] = []
}

/// The request, the socket, and how often to send it.
struct ProbeSettings: Hashable, Sendable {
    static let shortOptions = "uprsfRa"
    static let longOptions = ["--address", "--concurrency", "--timeout"]
    static let defaultSocket = "/var/run/saslauthd/mux"
    static let largestConcurrency = 65536

    let login: ByteString
    let service: ByteString
    let realm: ByteString
    /// The client's address for the fifth field; `nil` for a request with four fields.
    let address: ByteString?
    let socket: String
    /// How often to send the request; a negative number sends nothing.
    let repetitions: Int
    /// The number of concurrent connections; `nil` for one request after the other, with a line for each.
    let concurrency: Int?
    /// The deadline of `Ping` in seconds; `nil` for a request for a user instead of `Ping`.
    let pingTimeLimit: Int?

    /// Parses the words of `CommandLineWords`.
    init(words: [String]) throws(ProbeUsageError) {
        let options: Options
        do {
            options = try Options.parse(words)
        } catch {
            guard !Options.exitCode(for: error).isSuccess else {
                throw ProbeUsageError(completionScript: Options.message(for: error))
            }
            throw ProbeUsageError(words.contains("-u") || words.contains("--ping") ? Options.message(for: error) : "")
        }
        // When the user is missing, only the usage is printed, as by Cyrus's testsaslauthd.
        if options.user == nil, !options.ping { throw ProbeUsageError("") }
        if options.user != nil, options.ping { throw ProbeUsageError("--ping excludes -u") }
        if let limit = options.timeLimit {
            guard options.ping else { throw ProbeUsageError("--timeout requires --ping") }
            guard (1...Ping.longestTimeLimit).contains(limit) else {
                throw ProbeUsageError("--timeout must be a number of seconds from 1 to \(Ping.longestTimeLimit)")
            }
        }
        if let concurrency = options.concurrency, !(1...Self.largestConcurrency).contains(concurrency) {
            throw ProbeUsageError("--concurrency must be a number from 1 to \(Self.largestConcurrency)")
        }
        login = ByteString(characters: options.user ?? "")
        service = ByteString(characters: options.service)
        realm = ByteString(characters: options.realm)
        address = options.address.map(ByteString.init(characters:))
        socket = String(decoding: ByteString(characters: options.socket).bytes, as: UTF8.self)
        repetitions = Self.repetitions(options.repetitions)
        concurrency = options.concurrency
        pingTimeLimit = options.ping ? options.timeLimit ?? Ping.defaultTimeLimit : nil
    }

    /// The value of atoi(3) for `text`, or 1 if that is 0.
    private static func repetitions(_ text: String) -> Int {
        // SAFETY: the text is a terminated string for the length of the call.
        let number = Int(unsafe atoi(text))
        return number == 0 ? 1 : number
    }

    /// The name of the first field that exceeds 65,535 bytes, for an error.
    func overlongField(passwordCount: Int) -> String? {
        let fields = [
            ("user name", login.count), ("password", passwordCount), ("service", service.count), ("realm", realm.count),
            ("address", address?.count ?? 0),
        ]
        return fields.first { $0.1 > UInt16.max }?.0
    }
}
