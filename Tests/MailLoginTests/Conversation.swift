import Authentication
import MechanismKit

@testable import MailLogin

/// A login at a server that says what a test wants.
final class Conversation {
    private let request: SharedRequest
    private var exchange: any LoginExchange
    /// What was sent last, and what has come of it.
    private(set) var sent = ""
    private(set) var outcome: LoginOutcome?

    init(
        _ mailProtocol: MailProtocol,
        capabilities: Set<String>?,
        login: String = "alice",
        password: String = "secret",
        remote: ByteString = "",
        isEncrypted: Bool = false,
        knowing lesson: AuthenticateMemory.Lesson? = nil,
        _ change: (inout Server) -> Void = { _ in }
    ) {
        var server = Server(mailProtocol, host: "h", port: 1, isEncrypted: isEncrypted, startTLS: .no)
        change(&server)
        request = SharedRequest(Self.request(login: login, password: password, remote: remote))
        exchange = server.exchange(capabilities: capabilities, isEncrypted: isEncrypted, lesson: lesson)
        take(exchange.begin(request.value))
    }

    static func request(
        login: String = "alice",
        password: String = "secret",
        remote: ByteString = ""
    ) -> AuthRequest {
        let secret = Array(password.utf8)
        return AuthRequest(
            login: ByteString(login),
            password: Secret(copying: secret.span),
            service: "smtp",
            realm: "",
            remote: remote
        )
    }

    /// The server says `line`; gives what is sent then, or nothing.
    @discardableResult
    func hear(_ line: String) -> String {
        sent = ""
        take(exchange.hear(Array(line.utf8), request.value))
        return sent
    }

    private func take(_ step: consuming Step) {
        switch consume step {
        case .listen: break
        case .over(let outcome): self.outcome = outcome
        case .send(let secret): sent = String(decoding: [UInt8](copying: secret.span), as: UTF8.self)
        }
    }

    /// What the server's answers have shown.
    var lesson: AuthenticateMemory.Lesson? { exchange.lesson }

    /// Whether the server could be asked by another command, had it hung up.
    var canTurn: Bool { exchange.canTurnToOtherCommand }

    /// What the log says of a login that is over without a verdict.
    var reason: String {
        if case .undecided(let reason) = outcome { reason } else { "" }
    }

    /// Whether it is over and nothing was found out.
    var isUndecided: Bool {
        if case .undecided = outcome { true } else { false }
    }
}
