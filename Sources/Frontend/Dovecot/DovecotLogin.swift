internal import Authentication
internal import DovecotProtocol
internal import Platform
internal import SASLExchange

/// A login of a Dovecot client, from `AUTH` to its answer.
///
/// To the ledger it is a client with one request, as a connection to the mux is.
final class DovecotLogin: ClientConnection {
    let key: RequestKey
    /// The client's connection; it keeps this object until the login is over for the client.
    private weak var owner: DovecotClient?
    /// Outlives all connections.
    private unowned let house: DovecotService
    private let service: ByteString
    private let remote: ByteString
    private let terms: RequestTerms
    private var exchange: SASLExchange
    /// The name in the last step, for the answer.
    private(set) var name: ByteString?
    /// The password, until the request is made.
    private var password: Secret?
    private var number: ClientID?
    /// Whether the ledger has answered, or never will.
    private var isOver = false

    init(
        _ key: RequestKey,
        _ command: borrowing AuthCommand,
        seed: ExchangeSeed,
        terms: RequestTerms,
        of owner: DovecotClient,
        in house: DovecotService
    ) {
        self.key = key
        self.owner = owner
        self.house = house
        service = command.service
        remote = command.remote
        self.terms = terms
        exchange = SASLExchange(command.mechanism, seed: seed, acceptsFinalMessage: command.acceptsFinalMessage)
    }

    // MARK: The exchange

    /// Begins with the client's initial response, if it has sent one.
    func begin(with response: borrowing ClientMessage) {
        switch response {
        case .absent: carryOut(exchange.begin())
        case .bytes(let message): carryOut(exchange.begin(message.span))
        case .invalidBase64: owner?.reject(self, name, .refused(.wrongPassword))
        }
    }

    /// Takes the client's next message.
    func proceed(_ message: borrowing Secret) {
        carryOut(exchange.receive(message.span))
    }

    private func carryOut(_ step: consuming SASLStep) {
        guard let owner else { return }
        switch consume step {
        case .challenge(let message): owner.challenge(self, message)
        case .checkPassword(let login, let password):
            name = login
            guard owner.accepts(login: login, password: password) else {
                return owner.reject(self, login, .refused(.wrongPassword))
            }
            self.password = consume password
            owner.ask(self)
        case .accepted(let login, let message): owner.accept(self, login, finalMessage: message)
        case .failed(let failure, let login):
            name = login
            owner.failed(self, failure)
        // No mechanism that needs these is announced.
        case .prepare(let preparation): owner.failTemporarily(self, preparation.login)
        case .prove(let proof): owner.failTemporarily(self, proof.login)
        }
    }

    // MARK: The ledger's client

    var id: ClientID {
        guard let number else { preconditionFailure("a login without a number") }
        return number
    }

    var peer: PeerCredentials? { owner?.peer }
    var hasHungUp: Bool { owner?.hasHungUp ?? true }

    /// The ledger's number for it.
    func join(as number: ClientID) { self.number = number }

    /// Makes the request, now that the ledger has room for it.
    func begin() {
        guard let owner, let login = name else { return house.abandon(self) }
        switch password.take() {
        case .some(let password):
            let parts = login.splitAtRealm
            owner.send(
                AuthRequest(
                    login: parts.login,
                    password: password,
                    service: service,
                    realm: parts.realm ?? "",
                    remote: remote
                ),
                for: self,
                terms
            )
        case nil: break
        }
    }

    /// Only requests of the mux have optional fields.
    func finishRequest() {}

    func answer(_ answer: Answer, closes: Bool) {
        guard !isOver else { return }
        isOver = true
        switch answer.verdict {
        case .accepted: carryOut(exchange.accepted())
        case .refused(let refusal): owner?.reject(self, name, .refused(refusal))
        case .unavailable: owner?.failTemporarily(self, name)
        }
    }

    /// The ledger has no answer: the client is gone, or its place is needed.
    func close() {
        guard !isOver else { return }
        isOver = true
        owner?.failTemporarily(self, name)
    }
}
