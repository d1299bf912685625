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
    var socket: String?
    @Option(name: .customShort("R"), parsing: .unconditional) var repetitions = "1"
    @Option(name: [.customShort("a"), .customLong("address")], parsing: .unconditional) var address: String?
    @Option(name: .customLong("concurrency"), parsing: .unconditional) var concurrency: Int?
    @Option(name: .customLong("dovecot"), parsing: .unconditional, completion: .file()) var dovecot: String?
    @Option(
        name: .customLong("mechanism"),
        parsing: .unconditional,
        completion: .list(SASLMechanism.allCases.map(\.name))
    ) var mechanism: String?
    @Option(
        name: .customLong("connection"),
        parsing: .unconditional,
        completion: .list(ConnectionUse.allCases.map(\.rawValue))
    ) var connection: String?
    @Flag(name: .customLong("ping")) var ping = false
    @Option(name: .customLong("timeout"), parsing: .unconditional) var timeLimit: Int?
    @Argument var ignored: [String] = []
}

/// The request, the socket, and how often to send it.
struct ProbeSettings: Hashable, Sendable {
    static let shortOptions = "uprsfRa"
    static let longOptions = [
        "--address", "--concurrency", "--connection", "--dovecot", "--mechanism", "--timeout",
    ]
    static let defaultSocket = "/var/run/saslauthd/mux"
    static let largestConcurrency = 65536

    let login: ByteString
    let service: ByteString
    let realm: ByteString
    /// The client's address for the fifth field; `nil` for a request with four fields.
    let address: ByteString?
    let socket: String
    let serverProtocol: ServerProtocol
    let connectionUse: ConnectionUse
    /// How often to send the request; a negative number sends nothing.
    let repetitions: Int
    /// The number of concurrent connections; `nil` for one request after the other, with a line for each.
    let concurrency: Int?
    /// The deadline of `Ping` or `DovecotPing` in seconds; `nil` for a request for a user instead.
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
            let isNamed = words.contains { ["-u", "--ping", "--dovecot"].contains($0) }
            throw ProbeUsageError(isNamed ? Options.message(for: error) : "")
        }
        // When the user is missing, only the usage is printed, as by Cyrus's testsaslauthd.
        let pings = options.ping || options.dovecot != nil && options.user == nil
        if options.user == nil, !pings { throw ProbeUsageError("") }
        if options.user != nil, options.ping { throw ProbeUsageError("--ping excludes -u") }
        if let limit = options.timeLimit {
            guard pings else { throw ProbeUsageError("--timeout requires --ping") }
            guard (1...Ping.longestTimeLimit).contains(limit) else {
                throw ProbeUsageError("--timeout must be a number of seconds from 1 to \(Ping.longestTimeLimit)")
            }
        }
        if let concurrency = options.concurrency, !(1...Self.largestConcurrency).contains(concurrency) {
            throw ProbeUsageError("--concurrency must be a number from 1 to \(Self.largestConcurrency)")
        }
        let mechanism = try Self.mechanism(options)
        connectionUse = try Self.connectionUse(options, mechanism)
        serverProtocol = options.dovecot == nil ? .mux : .dovecot(mechanism)
        login = ByteString(characters: options.user ?? "")
        service = ByteString(characters: options.service)
        realm = ByteString(characters: options.realm)
        address = options.address.map(ByteString.init(characters:))
        let path = options.dovecot ?? options.socket ?? Self.defaultSocket
        socket = String(decoding: ByteString(characters: path).bytes, as: UTF8.self)
        repetitions = Self.repetitions(options.repetitions)
        concurrency = options.concurrency
        pingTimeLimit = pings ? options.timeLimit ?? Ping.defaultTimeLimit : nil
    }

    /// The mechanism for Dovecot's protocol.
    private static func mechanism(_ options: Options) throws(ProbeUsageError) -> SASLMechanism {
        if options.dovecot != nil, options.socket != nil { throw ProbeUsageError("--dovecot excludes -f") }
        guard let name = options.mechanism else { return .plain }
        guard options.dovecot != nil else { throw ProbeUsageError("--mechanism requires --dovecot") }
        guard let mechanism = SASLMechanism(rawValue: name.uppercased()) else {
            let names = SASLMechanism.allCases.map(\.name)
            throw ProbeUsageError(
                "--mechanism must be \(names.dropLast().joined(separator: ", ")) or \(names.last ?? "")"
            )
        }
        return mechanism
    }

    private static func connectionUse(
        _ options: Options,
        _ mechanism: SASLMechanism
    ) throws(ProbeUsageError) -> ConnectionUse {
        guard let name = options.connection else { return .each }
        guard options.dovecot != nil, let concurrency = options.concurrency else {
            throw ProbeUsageError("--connection requires --dovecot and --concurrency")
        }
        guard let use = ConnectionUse(rawValue: name) else {
            throw ProbeUsageError("--connection must be each or kept")
        }
        // Servers forget exchanges that wait for their client when there are too many.
        let most = KeptLogins.mostExchanges
        if use == .kept, mechanism != .plain, concurrency > most {
            throw ProbeUsageError("--connection kept requires --concurrency \(most) or less, except with PLAIN")
        }
        return use
    }

    /// The value of atoi(3) for `text`, or 1 if that is 0.
    private static func repetitions(_ text: String) -> Int {
        // SAFETY: the text is a terminated string for the length of the call.
        let number = Int(unsafe atoi(text))
        return number == 0 ? 1 : number
    }

    /// The login and the realm in one, as clients of Dovecot's protocol send them.
    var wholeLogin: ByteString { realm.isEmpty ? login : login.appending("@").appending(realm) }

    /// The name of the first field that exceeds 65,535 bytes, for an error.
    func overlongField(passwordCount: Int) -> String? {
        let fields = [
            ("user name", login.count), ("password", passwordCount), ("service", service.count), ("realm", realm.count),
            ("address", address?.count ?? 0),
        ]
        return fields.first { $0.1 > UInt16.max }?.0
    }
}
