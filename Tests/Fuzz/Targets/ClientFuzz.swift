import Authentication
import Digests

@testable import SASLExchange

/// The client's side of exchanges: with messages of any server, and with our server.
enum ClientFuzz {
    private static let nonce = ClientNonce(random: [UInt8](0..<24))
    private static let seed = ExchangeSeed(random: [UInt8](24..<48), seconds: 697_170_952, host: "mail.example.org")
    private static let parameters = SCRAMParameters(salt: "0123456789abcdef", rounds: 4096)
    private static let asked = LoginIdentity(login: "alice", service: "", realm: "", remote: "")
    private static let password = Array("a long secret".utf8)
    /// Shared, as the keys for the last salt are kept.
    private static let credentials = ClientCredentials(login: "alice", password: Secret(password))

    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        var fields = Fields(input)
        let choice = fields.choice()
        let mechanism = SASLMechanism.allCases[choice % SASLMechanism.allCases.count]
        // The letters a to e.
        guard (0x61...0x65).contains(choice) else { return try hear(fields.all(), mechanism) }
        try logIn(fields.bytes(), fields.next(), mechanism)
    }

    /// No server without the password is taken for one that has it, and none gets it.
    private static func hear(_ messages: [[UInt8]], _ mechanism: SASLMechanism) throws(BrokenProperty) {
        var client = SASLClientExchange(mechanism, credentials, nonce: nonce)
        _ = client.begin()
        var hasFailed = false
        for message in messages {
            guard let answer = try? client.receive(message.span) else {
                hasFailed = true
                continue
            }
            try check(!hasFailed, "an answer after an error")
            let isShown = mechanism.isChallenge && occurrences(of: password, in: answer.bytes) > 0
            try check(!isShown, "the password is sent with \(mechanism.name)")
        }
        let isAccepted = (try? client.accepted()) != nil
        try check(!isAccepted || !hasFailed, "accepted after an error")
        try check(!isAccepted || !mechanism.hasParameters, "a server without the password is accepted")
    }

    /// Client and server with the same password come to an end.
    private static func logIn(
        _ login: ByteString,
        _ password: [UInt8],
        _ mechanism: SASLMechanism
    ) throws(BrokenProperty) {
        guard !login.isEmpty, login.isPrintable, !password.isEmpty, !password.contains(0) else { return }
        let credentials = ClientCredentials(login: login, password: Secret(password))
        var client = SASLClientExchange(mechanism, credentials, nonce: nonce)
        var server = SASLExchange(mechanism, seed: seed)
        var step: SASLStep?
        switch client.begin() {
        case .some(let initial): step = server.begin(initial.span)
        case nil: step = server.begin()
        }
        while let current = step.take() {
            switch consume current {
            case .challenge(let text):
                guard let answer = try? client.receive(text.bytes.span) else {
                    throw BrokenProperty(description: "our client does not understand \(text)")
                }
                step = server.receive(answer.span)
            case .checkPassword(let name, let word):
                try check(name == login && word.bytes == password, "another password than was sent")
                step = server.accepted()
            case .prepare(let preparation):
                try check(preparation.login == login, "another login than was sent")
                step = server.prepared(parameters)
            case .prove(let proof):
                guard
                    case .proven(let signature) = PasswordProof.verify(
                        proof.request(about: asked),
                        password: password.span
                    )
                else { throw BrokenProperty(description: "a right proof is refused") }
                step = server.accepted(signature: signature.span)
            case .accepted(let name, _):
                try check(name == login, "another login than was sent")
                return try check((try? client.accepted()) != nil, "our client does not accept our server")
            case .failed(let failure, _):
                throw BrokenProperty(description: "our server does not understand our client: \(failure)")
            }
        }
    }
}
