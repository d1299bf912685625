import ArgumentParser
import Authentication
import Glibc

/// The options as they stand on the command line.
private struct Options: ParsableCommand {
    static let configuration = CommandConfiguration(helpNames: [])

    @Option(name: .customShort("u"), parsing: .unconditional) var user: String
    @Option(name: .customShort("p"), parsing: .unconditional) var password: String?
    @Option(name: .customShort("r"), parsing: .unconditional) var realm = ""
    @Option(name: .customShort("s"), parsing: .unconditional) var service = "imap"
    @Option(name: .customShort("f"), parsing: .unconditional) var socket = Settings.defaultSocket
    @Option(name: .customShort("R"), parsing: .unconditional) var repetitions = "1"
    @Option(name: [.customShort("a"), .customLong("address")], parsing: .unconditional) var address: String?
    @Option(name: .customLong("concurrency"), parsing: .unconditional) var concurrency: Int?
    @Argument var ignored: [String] = []
}

/// What is to be asked, of whom, and how often.
struct Settings: Hashable, Sendable {
    static let shortOptions = "uprsfRa"
    static let longOptions = ["--address", "--concurrency"]
    static let defaultSocket = "/var/run/saslauthd/mux"
    static let largestConcurrency = 65536

    let login: ByteString
    let service: ByteString
    let realm: ByteString
    /// The client's address for the fifth field; `nil`: a request of four.
    let address: ByteString?
    let socket: String
    /// How often the question is put; below zero as if it were zero.
    let repetitions: Int
    /// How many connections are open at a time; `nil`: one after the other, with a line for each.
    let concurrency: Int?

    /// Reads what `CommandLineWords` took apart.
    init(words: [String]) throws(UsageError) {
        let options: Options
        do {
            options = try Options.parse(words)
        } catch {
            // A missing name is told by the usage, as the original does.
            throw UsageError(words.contains("-u") ? Options.message(for: error) : "")
        }
        if let concurrency = options.concurrency, !(1...Self.largestConcurrency).contains(concurrency) {
            throw UsageError("--concurrency is a number from 1 to \(Self.largestConcurrency)")
        }
        login = ByteString(characters: options.user)
        service = ByteString(characters: options.service)
        realm = ByteString(characters: options.realm)
        address = options.address.map(ByteString.init(characters:))
        socket = String(decoding: ByteString(characters: options.socket).bytes, as: UTF8.self)
        repetitions = Self.repetitions(options.repetitions)
        concurrency = options.concurrency
    }

    /// What atoi(3) makes of `text`, and 1 where that is 0.
    private static func repetitions(_ text: String) -> Int {
        // SAFETY: the text is a terminated string for the length of the call.
        let number = Int(unsafe atoi(text))
        return number == 0 ? 1 : number
    }

    /// The name of the first field that is longer than its count can say, for an error.
    func overlongField(passwordCount: Int) -> String? {
        let fields = [
            ("user name", login.count), ("password", passwordCount), ("service", service.count), ("realm", realm.count),
            ("address", address?.count ?? 0),
        ]
        return fields.first { $0.1 > UInt16.max }?.0
    }
}
