internal import Authentication
internal import DovecotProtocol
internal import Platform
internal import SASLExchange

/// A login of a Dovecot client, from `AUTH` to its answer.
///
/// To the ledger it is a client with one request at a time, as a connection to the mux is. SCRAM makes two: for the
/// parameters of the login's secret, and for the verdict on the client's proof.
final class DovecotLogin: ClientConnection {
    /// What the ledger is asked.
    enum Question: ~Copyable {
        case password(Secret)
        case prepare(SASLPreparation)
        case prove(SASLProof)
    }

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
    /// The question, until the ledger has room for it.
    private var question: Question?
    /// Whether the question in flight is one for parameters.
    private var isPreparing = false
    /// What the mechanism has sent along with its answer.
    private var parameters: SCRAMParameters?
    private var signature = ByteString()
    /// The mechanism that has the login's secret.
    private var mechanism: Int?
    private var number: ClientID?
    /// Whether the ledger has answered the question, or never will.
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
            ask(.password(password))
        case .prepare(let preparation):
            name = preparation.login
            guard owner.accepts(login: preparation.login) else {
                return owner.reject(self, preparation.login, .refused(.wrongPassword))
            }
            ask(.prepare(preparation))
        case .prove(let proof):
            name = proof.login
            guard owner.accepts(login: proof.login) else {
                return owner.reject(self, proof.login, .refused(.wrongPassword))
            }
            ask(.prove(proof))
        case .accepted(let login, let message): owner.accept(self, login, finalMessage: message)
        case .failed(let failure, let login):
            name = login
            owner.failed(self, failure)
        }
    }

    private func ask(_ question: consuming Question) {
        self.question = consume question
        isOver = false
        owner?.ask(self)
    }

    // MARK: The ledger's client

    var id: ClientID {
        guard let number else { preconditionFailure("a login without a number") }
        return number
    }

    var peer: PeerCredentials? { owner?.peer }
    var hasHungUp: Bool { owner?.hasHungUp ?? true }

    /// The ledger's number for its question.
    func join(as number: ClientID) { self.number = number }

    /// Makes the request, now that the ledger has room for it.
    func begin() {
        guard let owner, let login = name else { return house.abandon(self) }
        switch question.take() {
        case .some(.password(let password)):
            isPreparing = false
            owner.send(request(login, password), .password, for: self, terms)
        case .some(.prepare(let preparation)):
            isPreparing = true
            var terms = terms
            terms.kind = .preparation
            let request = request(login)
            let offered = owner.parameters(preparation.mechanism, request)
            parameters = offered
            owner.send(request, .prepare(preparation.mechanism, offered), for: self, terms)
        case .some(.prove(let proof)):
            isPreparing = false
            var terms = terms
            // CRAM-MD5 has no preparation, so that all mechanisms that fit are asked.
            terms.kind = .proof(mechanism: mechanism)
            owner.send(request(login), .prove(proof), for: self, terms)
        case nil: break
        }
    }

    private func request(_ login: ByteString, _ password: consuming Secret = Secret(copying: Span())) -> AuthRequest {
        let parts = login.splitAtRealm
        return AuthRequest(
            login: parts.login,
            password: password,
            service: service,
            realm: parts.realm ?? "",
            remote: remote
        )
    }

    /// The mechanism's parameters of the login, before its answer.
    func took(_ parameters: SCRAMParameters) {
        if parameters.areUsable { self.parameters = parameters }
    }

    /// The server's signature, before the verdict on the proof.
    func took(signature: ByteString) { self.signature = signature }

    /// Only requests of the mux have optional fields.
    func finishRequest() {}

    func answer(_ answer: Answer, closes: Bool) {
        guard !isOver else { return }
        isOver = true
        switch answer.verdict {
        case .unavailable: owner?.failTemporarily(self, name)
        case .accepted where isPreparing, .refused where isPreparing:
            guard let parameters else { return owner?.failTemporarily(self, name) ?? () }
            mechanism = answer.mechanism
            carryOut(exchange.prepared(parameters))
        case .accepted: carryOut(exchange.accepted(signature: signature.bytes.span))
        case .refused(let refusal): owner?.reject(self, name, .refused(refusal))
        }
    }

    /// The ledger has no answer: the client is gone, or its place is needed.
    func close() {
        guard !isOver else { return }
        isOver = true
        owner?.failTemporarily(self, name)
    }
}
