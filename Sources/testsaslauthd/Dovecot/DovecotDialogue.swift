import Authentication
import DovecotProtocol

/// One login over its own connection, as mail servers do it.
///
/// The client's side of the greeting is sent at once, as some servers wait for it, and the request after the server's.
struct DovecotDialogue: Dialogue {
    /// How long mail servers wait for the greeting, in seconds.
    static let greetingTime = 10
    private static let id: UInt32 = 1

    private let login: DovecotLogin
    private var reader = ServerMessageReader()
    private var greeting = ServerGreeting()
    private var inFlight: LoginInFlight?
    private(set) var output: [UInt8]

    private var isGreeted: Bool { inFlight != nil }

    init(_ login: DovecotLogin, process: UInt32) {
        self.login = login
        output = ClientLogin.greeting(process: process)
    }

    var cutShort: Failure { .dovecot(isGreeted ? .closed : .greetingCut) }

    var patience: (seconds: Int, failure: Failure)? {
        isGreeted ? nil : (Self.greetingTime, .dovecot(.noGreeting(seconds: Self.greetingTime)))
    }

    mutating func sentAll() {
        // The greeting is shared with other requests, and no secret.
        if isGreeted { wipe(output.span) }
        output = []
    }

    mutating func take(_ bytes: Span<UInt8>) -> ProbeOutcome? {
        var rest = bytes
        do throws(DovecotFailure) {
            while let message = try reader.message(&rest) {
                if let outcome = try take(message) { return outcome }
            }
            return nil
        } catch {
            return .failed(.dovecot(error))
        }
    }

    private mutating func take(_ message: ServerMessage) throws(DovecotFailure) -> ProbeOutcome? {
        guard isGreeted else {
            guard try greeting.take(message) else { return nil }
            try greeting.check(login.mechanism)
            output.reserveCapacity(login.longestLine)
            inFlight = login.begin(Self.id, &output)
            return nil
        }
        switch message {
        case .accepted(Self.id), .refused(Self.id), .unavailable(Self.id), .challenge(Self.id, _):
            output.reserveCapacity(login.longestLine)
            return try inFlight?.take(message, &output)
        case .other: return nil
        case .accepted, .refused, .unavailable, .challenge, .version, .mechanism, .process, .done:
            throw .unexpected(message)
        }
    }
}
