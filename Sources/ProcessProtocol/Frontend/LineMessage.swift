package import Authentication

/// A message between master and frontend: one line of text.
package protocol LineMessage: Equatable, Sendable {
    /// Parses a line without its line break; `nil` if it is not a message of this type.
    init?(decoding line: String)

    /// The line without its line break: a word, and its argument after a space.
    var line: String { get }
}

extension LineMessage {
    /// Splits a line into its first word and the rest after a space.
    fileprivate static func parts(of line: String) -> (word: String, rest: String?) {
        guard let (word, rest) = line.dividedAtBlank else { return (line, nil) }
        return (word, rest)
    }

    /// The bytes of the message: one line of at most `LineReader.longestLine` bytes.
    ///
    /// Line breaks become spaces, and a longer line is cut between two characters.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        for scalar in line.unicodeScalars {
            guard bytes.count + UTF8.width(scalar) <= LineReader.longestLine else { break }
            bytes += Array((scalar == "\n" ? " " : scalar).utf8)
        }
        return bytes + [0x0A]
    }
}

/// A message of the master to a frontend.
package enum MasterMessage: LineMessage {
    /// Accept clients before a worker is ready.
    case serve
    /// Accept no more clients; answer those that are connected, then exit.
    case retire
    /// Reply with `alive`.
    case ping
    /// A reload failed, and the daemon keeps the current settings.
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

/// A message of a frontend to the master.
package enum FrontendMessage: LineMessage {
    /// The first worker said hello, or the frontend serves without one.
    case ready
    /// A mechanism cannot be used; ignored after `ready`.
    case failed(PluginName, reason: String)
    /// Kill a worker's process.
    case kill(Int32)
    /// The connection to a worker was closed, so its process should exit soon.
    case closed(Int32)
    /// Reload settings and files: another frontend replaces this one, or the reply is `kept`.
    case reload
    /// The reply to `ping`.
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

    /// A process id that can be a child: not a group, not all processes, not init.
    private static func process(_ number: String) -> Int32? {
        guard let process = Int32(number), process > 1 else { return nil }
        return process
    }
}
