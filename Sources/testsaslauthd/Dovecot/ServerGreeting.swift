import Authentication
import DovecotProtocol

/// What a server announces before any login, checked as Postfix and Exim do.
struct ServerGreeting: Hashable, Sendable {
    private(set) var mechanisms: [ByteString] = []
    /// The server's process, as it says.
    private(set) var process: UInt32?
    private(set) var minorVersion: UInt32?

    /// Takes the next message; returns whether the greeting is complete.
    mutating func take(_ message: ServerMessage) throws(DovecotFailure) -> Bool {
        if case .version(let major, let minor) = message {
            guard major == Greeting.majorVersion else { throw .majorVersion(major) }
            minorVersion = minor
            return false
        }
        guard minorVersion != nil else { throw .noVersion }
        switch message {
        case .mechanism(let name): mechanisms.append(name)
        case .process(let number):
            guard !mechanisms.isEmpty else { throw .noMechanism }
            process = number
        case .done:
            guard process != nil else { throw .noProcess }
            return true
        case .other, .version: break
        case .accepted, .refused, .unavailable, .challenge: throw .unexpected(message)
        }
        return false
    }

    /// Fails if `mechanism` is not announced.
    func check(_ mechanism: SASLMechanism) throws(DovecotFailure) {
        guard mechanisms.contains(ByteString(mechanism.name)) else {
            throw .notAnnounced(mechanism, instead: mechanisms)
        }
    }
}
