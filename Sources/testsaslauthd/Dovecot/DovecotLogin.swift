import Authentication
import DovecotProtocol
import Platform
import SASLExchange

/// What all logins of a run over Dovecot's protocol have in common.
struct DovecotLogin: Sendable {
    let lines: ClientLogin
    let credentials: ClientCredentials

    var mechanism: SASLMechanism { lines.mechanism }
    /// The length of the longest line that does not depend on the server, in bytes.
    var longestLine: Int { lines.longestLine(message: credentials.longestMessage(mechanism)) }

    /// Whether the server sends challenges.
    var hasChallenges: Bool { mechanism != .plain }

    /// Begins a login, and appends its first line.
    func begin(_ id: UInt32, _ output: inout [UInt8]) -> LoginInFlight {
        var login = LoginInFlight(id, self)
        login.begin(&output)
        return login
    }
}

/// One login: the server's messages go in, lines and an outcome come out.
struct LoginInFlight: Sendable {
    private let id: UInt32
    private let login: DovecotLogin
    private var exchange: SASLClientExchange

    fileprivate init(_ id: UInt32, _ login: DovecotLogin) {
        self.id = id
        self.login = login
        var random = RandomBytes()
        let nonce = login.mechanism.hasParameters ? ClientNonce(random: random.next(ClientNonce.length)) : nil
        exchange = SASLClientExchange(login.mechanism, login.credentials, nonce: nonce)
    }

    fileprivate mutating func begin(_ output: inout [UInt8]) {
        login.lines.appendRequest(id, exchange.begin(), to: &output)
    }

    /// Takes a message for this login; returns the outcome once there is one.
    mutating func take(_ message: ServerMessage, _ output: inout [UInt8]) throws(DovecotFailure) -> ProbeOutcome? {
        do throws(SASLClientFailure) {
            switch message {
            case .accepted:
                try exchange.accepted()
                return .accepted
            case .refused: return .refused
            case .unavailable: return .failed(.dovecot(.unavailable))
            case .challenge(_, let challenge):
                let answer = try exchange.receive(challenge.bytes.span)
                login.lines.appendAnswer(id, answer, to: &output)
                return nil
            case .version, .mechanism, .process, .done, .other: return nil
            }
        } catch {
            throw .exchange(error)
        }
    }
}
