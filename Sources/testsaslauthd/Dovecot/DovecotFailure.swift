import Authentication
import DovecotProtocol
import SASLExchange

/// Why a login over Dovecot's protocol has no answer.
enum DovecotFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The connection ended before the greeting was complete.
    case greetingCut
    case noGreeting(seconds: Int)
    /// The greeting does not begin with `VERSION`.
    case noVersion
    case majorVersion(UInt32)
    /// The greeting has no mechanism before `SPID`.
    case noMechanism
    /// The greeting has no `SPID`.
    case noProcess
    case notAnnounced(SASLMechanism, instead: [ByteString])
    /// The connection ended before the answer.
    case closed
    /// The server has no verdict, and says so.
    case unavailable
    /// A line that is not part of the protocol.
    case malformed(ByteString)
    /// An answer that does not fit the request.
    case unexpected(ServerMessage)
    /// The server is faulty, or not the one that knows the password.
    case exchange(SASLClientFailure)

    var description: String {
        switch self {
        case .greetingCut: "the connection was closed before the end of the greeting"
        case .noGreeting(let seconds): "no greeting within \(seconds) s"
        case .noVersion: "the greeting does not begin with VERSION"
        case .majorVersion(let version): "the greeting has version \(version) instead of \(Greeting.majorVersion)"
        case .noMechanism: "the greeting has no mechanism before SPID"
        case .noProcess: "the greeting has no SPID"
        case .notAnnounced(let mechanism, let others):
            "\(mechanism.name) is not announced, but \(others.map(\.description).joined(separator: " "))"
        case .closed: "the connection was closed without an answer"
        case .unavailable: "temporary authentication failure"
        case .malformed(let line): "unexpected line \"\(line)\""
        case .unexpected: "the answer does not fit the request"
        case .exchange(let failure): "\(failure)"
        }
    }

    /// The likely cause or remedy; `nil` for none.
    var hint: String? {
        switch self {
        case .greetingCut: "the server admits no clients from this account, or has just stopped; see its log"
        case .noGreeting: "another program listens there, such as saslauthd with -m, or the server hangs"
        case .noMechanism: "mail servers need one; sockets of Dovecot for other programs have none"
        case .notAnnounced: "choose another --mechanism, or let the server announce it"
        case .closed, .unavailable: "temporary failure, there was no verdict; see the server's log"
        case .noVersion, .majorVersion, .malformed:
            "not Dovecot's authentication protocol: another program listens there"
        case .exchange(.unproven):
            "the password that the server knows is another one, or another program listens there"
        case .exchange(.unasked): "do not use this server: it accepts any password"
        case .exchange(.rounds):
            "clients accept \(SCRAMParameters.roundLimits.lowerBound) to \(SCRAMParameters.roundLimits.upperBound)"
        case .noProcess, .unexpected, .exchange: nil
        }
    }
}

extension ServerMessageReader {
    /// The next message of `piece`; `nil` when more input is needed.
    @_lifetime(piece: copy piece)
    mutating func message(_ piece: inout Span<UInt8>) throws(DovecotFailure) -> ServerMessage? {
        do throws(MalformedServerLine) {
            return try next(&piece)
        } catch {
            throw .malformed(error.beginning)
        }
    }
}
