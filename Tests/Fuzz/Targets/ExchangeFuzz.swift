import Authentication
import Digests

@testable import MailLogin
@testable import SASLExchange

/// Exchanges of every mechanism: with messages of any client, and with right and wrong ones.
enum ExchangeFuzz {
    private static let seed = ExchangeSeed(random: [UInt8](0..<24), seconds: 697_170_952, host: "mail.example.org")
    private static let parameters = SCRAMParameters(salt: "0123456789abcdef", rounds: 4096)

    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        var fields = Fields(input)
        let choice = fields.choice()
        let mechanism = SASLMechanism.allCases[choice % SASLMechanism.allCases.count]
        if (0x61...0x63).contains(choice) {
            // The letters a to c: a computation of 4,096 rounds.
            return try prove(fields.bytes(), fields.next(), fields.next(), fields.bytes(), mechanism)
        }
        let messages = fields.all()
        for acceptsFinalMessage in [false, true] {
            try talk(mechanism, messages, acceptsFinalMessage, isRight: false)
            try talk(mechanism, messages, acceptsFinalMessage, isRight: true)
        }
    }

    /// An exchange whose proofs and passwords are all right, or all wrong.
    private static func talk(
        _ mechanism: SASLMechanism,
        _ messages: [[UInt8]],
        _ acceptsFinalMessage: Bool,
        isRight: Bool
    ) throws(BrokenProperty) {
        var exchange = SASLExchange(mechanism, seed: seed, acceptsFinalMessage: acceptsFinalMessage)
        var hasVerdict = false
        var isOver = false
        /// Whether the server's last message was sent, which an empty one acknowledges.
        var isToAcknowledge = false
        for (index, message) in messages.enumerated() {
            var step: SASLStep?
            if index == 0 {
                step = message.isEmpty ? exchange.begin() : exchange.begin(message.span)
            } else {
                step = exchange.receive(message.span)
            }
            while let current = step.take() {
                switch consume current {
                case .challenge(let text):
                    try check(!isOver, "a challenge after the end")
                    try check(!text.bytes.contains(0), "a challenge with a zero byte")
                    isToAcknowledge = hasVerdict
                case .checkPassword(let login, let password):
                    try check(!mechanism.isChallenge, "\(mechanism) asks about a password")
                    try check(!isOver && !hasVerdict, "a question after the end")
                    try check(!login.isEmpty && login.isPrintable, "the login \(login)")
                    try check(!password.isEmpty && !password.bytes.contains(0), "an empty password, or a zero byte")
                    guard isRight else { continue }
                    hasVerdict = true
                    step = exchange.accepted()
                case .prepare(let preparation):
                    try check(mechanism.hasParameters && !isOver, "\(mechanism) asks about a salt")
                    try check(preparation.login.isPrintable, "the login \(preparation.login)")
                    step = exchange.prepared(parameters)
                case .prove(let proof):
                    try check(mechanism.isChallenge, "\(mechanism) asks about a proof")
                    try check(!isOver && !hasVerdict, "a question after the end")
                    try check(!proof.login.isEmpty && proof.login.isPrintable, "the login \(proof.login)")
                    guard isRight else { continue }
                    hasVerdict = true
                    let signature = [UInt8](repeating: 7, count: mechanism.scramAlgorithm?.length ?? 0)
                    step = exchange.accepted(signature: signature.span)
                case .accepted(let login, _):
                    try check(hasVerdict && !isOver, "accepted without a verdict")
                    try check(!isToAcknowledge || message.isEmpty, "accepted without an acknowledgement")
                    try check(!login.isEmpty && login.isPrintable, "the login \(login)")
                    isOver = true
                case .failed(let failure, _):
                    try check(!isOver || failure == .unexpected, "\(failure) after the end")
                    isOver = true
                }
            }
        }
    }

    // MARK: Right and wrong proofs

    private static func prove(
        _ login: ByteString,
        _ password: [UInt8],
        _ other: [UInt8],
        _ nonce: ByteString,
        _ mechanism: SASLMechanism
    ) throws(BrokenProperty) {
        guard !login.isEmpty, login.isPrintable, !password.isEmpty, password.count < 1000 else { return }
        var exchange = SASLExchange(mechanism, seed: seed)
        guard let question = try question(login, password, nonce, mechanism, &exchange) else { return }
        try check(question.identity.login == login, "the proof is for another login than \(login)")
        guard case .proven(let signature) = PasswordProof.verify(question, password: password.span) else {
            throw BrokenProperty(description: "a right proof is refused")
        }
        guard !isSameKey(password, other), !other.isEmpty else { return }
        guard case .differs = PasswordProof.verify(question, password: other.span) else {
            throw BrokenProperty(description: "a proof for another password is accepted")
        }
        var step = exchange.accepted(signature: signature.span)
        if mechanism.hasParameters { step = exchange.receive(Span()) }
        guard case .accepted(login, nil) = step else { throw BrokenProperty(description: "a right proof is no login") }
    }

    private static func question(
        _ login: ByteString,
        _ password: [UInt8],
        _ nonce: ByteString,
        _ mechanism: SASLMechanism,
        _ exchange: inout SASLExchange
    ) throws(BrokenProperty) -> ProveRequest? {
        switch mechanism {
        case .plain, .login: nil
        case .cramMD5: try proveCRAM(login, password, &exchange)
        case .scramSHA1, .scramSHA256: try proveSCRAM(login, password, nonce, mechanism, &exchange)
        }
    }

    /// Whether two passwords are the same key of HMAC, which ignores trailing zero bytes.
    private static func isSameKey(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        func key(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.reversed().drop { $0 == 0 }) }
        // Longer keys are digested first.
        return key(one) == key(other) || max(one.count, other.count) > 64
    }

    /// The response of our mail client to the challenge of our server.
    private static func proveCRAM(
        _ login: ByteString,
        _ password: [UInt8],
        _ exchange: inout SASLExchange
    ) throws(BrokenProperty) -> ProveRequest? {
        guard case .challenge(let challenge) = exchange.begin() else {
            throw BrokenProperty(description: "no challenge")
        }
        let request = AuthRequest(login: login, password: Secret(password), service: "", realm: "", remote: "")
        let response = ChallengeResponse.cramMD5(to: Secret(challenge.bytes).base64.bytes, request)
        guard let response else { throw BrokenProperty(description: "the challenge is not understood") }
        let letters = response.bytes.dropLast(2)
        guard let message = Secret.decoding(paddedBase64: Array(letters).span),
            case .prove(let proof) = exchange.receive(message.span)
        else { throw BrokenProperty(description: "the response is not understood") }
        return proof.request(about: LoginIdentity(login: login, service: "", realm: "", remote: ""))
    }

    private static func proveSCRAM(
        _ login: ByteString,
        _ password: [UInt8],
        _ nonce: ByteString,
        _ mechanism: SASLMechanism,
        _ exchange: inout SASLExchange
    ) throws(BrokenProperty) -> ProveRequest? {
        guard let algorithm = mechanism.scramAlgorithm, !nonce.isEmpty,
            nonce.bytes.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: ",") })
        else { return nil }
        let name = login.bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: ","): Array("=2C".utf8)
            case UInt8(ascii: "="): Array("=3D".utf8)
            default: [byte]
            }
        }
        let bare = Array("n=".utf8) + name + Array(",r=".utf8) + nonce.bytes
        let first = Array("n,,".utf8) + bare
        guard case .prepare(let preparation) = exchange.begin(first.span),
            preparation.login == login, case .challenge(let challenge) = exchange.prepared(parameters)
        else { throw BrokenProperty(description: "the first message is not understood") }
        let whole = challenge.bytes.prefix { $0 != UInt8(ascii: ",") }
        let withoutProof = Array("c=biws,".utf8) + whole
        let text = bare + Array(",".utf8) + challenge.bytes + Array(",".utf8) + withoutProof
        let salt = parameters.salt.bytes
        let proof = SCRAMKeys.proof(
            algorithm,
            password: password.span,
            salt: salt.span,
            rounds: Int(parameters.rounds),
            of: text.span
        )
        guard let proof else { return nil }
        let final = withoutProof + Array(",p=".utf8) + proof.base64.bytes
        guard case .prove(let question) = exchange.receive(final.span) else {
            throw BrokenProperty(description: "the last message is not understood")
        }
        return question.request(about: LoginIdentity(login: login, service: "", realm: "", remote: ""))
    }
}
