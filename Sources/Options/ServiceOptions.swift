package import ArgumentParser

/// The options that say how requests are served; the master checks them and hands them on to the frontend.
package struct ServiceOptions: ParsableArguments {
    @Flag(name: .customShort("r"))
    package var joinsRealm = false

    @Option(name: .customShort("n", allowingJoined: true), parsing: .unconditional, help: .init(valueName: "number"))
    package var workers: Int?

    @Flag(name: .customShort("c"))
    package var caches = false

    @Option(
        name: .customShort("s", allowingJoined: true),
        parsing: .unconditional,
        help: .init(valueName: "kilobytes, a number")
    )
    package var cacheSize = 2560

    @Option(
        name: .customShort("t", allowingJoined: true),
        parsing: .unconditional,
        help: .init(valueName: "seconds, a number")
    )
    package var cacheLifetime = 600

    @Option(name: .customLong("cache-grace"), help: .init(valueName: "seconds, a number"))
    package var cacheGrace = 0

    @Flag(name: .customShort("V"))
    package var isVerbose = false

    @Option(name: .customLong("max-field"), help: .init(valueName: "bytes, a number"))
    package var maximumField = 256

    @Option(name: .customLong("max-connections"), help: .init(valueName: "number"))
    package var maximumConnections = 1024

    @Option(name: .customLong("request-timeout"), help: .init(valueName: "seconds, a number"))
    package var requestTimeout = 10

    @Option(name: .customLong("timeout"), help: .init(valueName: "seconds, a number"))
    package var chosenTimeout: Int?

    @Option(name: .customLong("max-requests"), help: .init(valueName: "number"))
    package var maximumRequests: Int?

    @Option(name: .customLong("max-memory"), help: .init(valueName: "megabytes, a number"))
    package var maximumMemory = 256

    @Option(name: .customLong("throttle"), help: .init(valueName: "on or off"))
    package var throttle = Switch.on

    @Option(name: .customLong("max-delay"), help: .init(valueName: "seconds, a number"))
    package var maximumDelay = 8

    @Option(name: .customLong("next-on"), help: .init(valueName: "unknown or refused"))
    package var nextOn = NextPolicy.unknown

    @Flag(name: .customLong("log-success"))
    package var logsSuccess = false

    @Option(name: .customLong("log-prefix"), help: .init(valueName: "blank or do_auth"))
    package var logPrefix = LogPrefix.blank

    @Option(name: .customLong("log"), help: .init(valueName: "syslog, journal or stderr"))
    package var log: LogTarget?

    @Option(name: .customLong("log-format"), help: .init(valueName: "text or json"))
    package var logFormat = LogFormat.text

    @Option(name: .customLong("unavailable"), help: .init(valueName: "tempfail or no"))
    package var unavailable = UnavailablePolicy.tempfail

    package init() {}

    /// After how many seconds a client gets a temporary failure; 30 where nobody has said another time.
    package var timeout: Int { chosenTimeout ?? 30 }

    /// The letters of the one-letter options, for getopt's clusters.
    package static let flagLetters = "rVc"
    package static let optionLetters = "nst"

    /// Says which value cannot be, and what could.
    package func validate() throws {
        if let workers { try Self.check("-n", workers, 0...1024) }
        try Self.check("--max-field", maximumField, 256...8160)
        try Self.check("--max-connections", maximumConnections, 8...1_000_000)
        try Self.check("--request-timeout", requestTimeout, 1...3600)
        try Self.check("--timeout", timeout, 1...3600)
        if let maximumRequests { try Self.check("--max-requests", maximumRequests, 0...1_000_000_000) }
        try Self.check("--cache-grace", cacheGrace, 0...31_536_000)
        guard caches || cacheGrace == 0 else {
            throw ValidationError("--cache-grace goes with -c: there is no cache without it")
        }
        try Self.check("--max-delay", maximumDelay, 0...60)
        try Self.check("--max-memory", maximumMemory, 0...1_000_000)
    }

    /// The options as words of a command line.
    package var arguments: [String] {
        (joinsRealm ? ["-r"] : []) + (isVerbose ? ["-V"] : []) + (caches ? ["-c"] : [])
            + (logsSuccess ? ["--log-success"] : [])
            + (log.map { ["--log", $0.rawValue] } ?? [])
            + (workers.map { ["-n", String($0)] } ?? [])
            + (maximumRequests.map { ["--max-requests", String($0)] } ?? []) + [
                "-s", String(cacheSize),
                "-t", String(cacheLifetime),
                "--cache-grace", String(cacheGrace),
                "--max-memory", String(maximumMemory),
                "--max-field", String(maximumField),
                "--max-connections", String(maximumConnections),
                "--request-timeout", String(requestTimeout),
                "--timeout", String(timeout),
                "--unavailable", unavailable.rawValue,
                "--log-prefix", logPrefix.rawValue,
                "--log-format", logFormat.rawValue,
                "--throttle", throttle.rawValue,
                "--max-delay", String(maximumDelay),
                "--next-on", nextOn.rawValue,
            ]
    }

    private static func check(_ option: String, _ value: Int, _ range: ClosedRange<Int>) throws {
        guard !range.contains(value) else { return }
        throw ValidationError("\(option) \(value) is out of range: \(range.lowerBound) to \(range.upperBound)")
    }
}

/// Where lines go.
package enum LogTarget: String, ExpressibleByArgument, CaseIterable, Sendable {
    case syslog
    /// The journal where it is, else syslog.
    case journal
    case stderr
}

package enum LogFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text
    /// An object of JSON in each line.
    case json
}

/// What stands before the text of a line of the log.
package enum LogPrefix: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Blanks, as in the original's releases since 2.1.27.
    case blank
    /// The name of a function of the original, as in those before.
    case functions = "do_auth"
}

package enum Switch: String, ExpressibleByArgument, CaseIterable, Sendable {
    case on, off
}

/// How a client is told that nothing could be found out.
package enum UnavailablePolicy: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// By a reply of length zero, which mail servers make a temporary failure of.
    case tempfail
    /// As a refusal, in the original's words.
    case no
}
