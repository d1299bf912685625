package import Authentication

/// What master and frontend say to each other: a line of text each.
package protocol LineMessage: Equatable, Sendable {
    /// Reads a line without its end; `nil` when it is no such message.
    init?(decoding line: String)

    /// The line without its end: a word, and what belongs to it behind a blank.
    var line: String { get }
}

extension LineMessage {
    /// A line's first word, and what is behind the blank after it.
    fileprivate static func parts(of line: String) -> (word: String, rest: String?) {
        guard let (word, rest) = line.dividedAtBlank else { return (line, nil) }
        return (word, rest)
    }

    /// The bytes that carry the message: one line of `LineReader.longestLine` bytes at the most, whatever texts are in it.
    ///
    /// Breaks of the line become blanks, and what is too long is cut between two characters.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        for scalar in line.unicodeScalars {
            guard bytes.count + UTF8.width(scalar) <= LineReader.longestLine else { break }
            bytes += Array((scalar == "\n" ? " " : scalar).utf8)
        }
        return bytes + [0x0A]
    }
}

/// What the master tells a frontend.
package enum MasterMessage: LineMessage {
    /// Clients are to be accepted before a worker is ready.
    case serve
    /// No more clients are to be accepted; exit when those that are there are answered.
    case retire
    /// To be answered with `alive`.
    case ping
    /// A reload came to nothing, and the settings are those that they were.
    case kept(reason: String)

    package init?(decoding line: String) {
        switch Self.parts(of: line) {
        case ("serve", nil): self = .serve
        case ("retire", nil): self = .retire
        case ("ping", nil): self = .ping
        case ("kept", let reason?): self = .kept(reason: reason)
        default: return nil
        }
    }

    package var line: String {
        switch self {
        case .serve: "serve"
        case .retire: "retire"
        case .ping: "ping"
        case .kept(let reason): "kept \(reason)"
        }
    }
}

/// What a frontend tells the master.
package enum FrontendMessage: LineMessage {
    /// The first worker has said hello, or clients are served without one.
    case ready
    /// A mechanism cannot be used; of no consequence once the frontend was ready.
    case failed(PluginName, reason: String)
    /// A worker's process is to be killed.
    case kill(Int32)
    /// The connection to a worker was closed: its process is to end by itself, and soon.
    case closed(Int32)
    /// Settings and files are to be read again: another frontend takes the place of this one, or the answer is `kept`.
    case reload
    /// The answer to `ping`.
    case alive

    package init?(decoding line: String) {
        switch Self.parts(of: line) {
        case ("ready", nil): self = .ready
        case ("reload", nil): self = .reload
        case ("alive", nil): self = .alive
        case ("failed", let text?):
            guard let (name, reason) = text.dividedAtBlank, name.hasSuffix(":"),
                let mechanism = PluginName(String(name.dropLast()))
            else { return nil }
            self = .failed(mechanism, reason: reason)
        case ("kill", let number?):
            guard let process = Self.process(number) else { return nil }
            self = .kill(process)
        case ("closed", let number?):
            guard let process = Self.process(number) else { return nil }
            self = .closed(process)
        default: return nil
        }
    }

    package var line: String {
        switch self {
        case .ready: "ready"
        case .failed(let mechanism, let reason): "failed \(mechanism): \(reason)"
        case .kill(let process): "kill \(process)"
        case .closed(let process): "closed \(process)"
        case .reload: "reload"
        case .alive: "alive"
        }
    }

    /// The id of a single process that can be a child: no group, not all, not the first.
    private static func process(_ number: String) -> Int32? {
        guard let process = Int32(number), process > 1 else { return nil }
        return process
    }
}
