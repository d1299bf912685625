import Authentication
import Digests

@testable import SASLExchange

/// A step, in a form that can be compared.
enum Step: Hashable {
    case challenge(String)
    case checkPassword(ByteString, String)
    case prepare(SASLMechanism, ByteString)
    case prove(SASLMechanism, ByteString, SCRAMParameters?, text: String, proof: [UInt8])
    case accepted(ByteString, String?)
    case failed(SASLFailure, ByteString?)

    init(_ step: consuming SASLStep) {
        switch consume step {
        case .challenge(let message): self = .challenge(message.text)
        case .checkPassword(let login, let password):
            self = .checkPassword(login, String(decoding: [UInt8](copying: password.span), as: UTF8.self))
        case .prepare(let preparation): self = .prepare(preparation.mechanism, preparation.login)
        case .prove(let proof):
            self = .prove(
                proof.mechanism,
                proof.login,
                proof.parameters,
                text: proof.text.text,
                proof: [UInt8](copying: proof.proof.span)
            )
        case .accepted(let login, let message): self = .accepted(login, message?.text)
        case .failed(let failure, let login): self = .failed(failure, login)
        }
    }
}

/// An exchange with a fixed seed.
struct Trial: ~Copyable {
    static let seed = ExchangeSeed(random: [UInt8](0..<24), seconds: 697_170_952, host: "mail.example.org")
    /// The server's nonce, from the seed.
    static let nonce = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"

    var exchange: SASLExchange

    init(_ mechanism: SASLMechanism, acceptsFinalMessage: Bool = false) {
        exchange = SASLExchange(mechanism, seed: Self.seed, acceptsFinalMessage: acceptsFinalMessage)
    }

    mutating func begin(_ initial: String?) -> Step {
        guard let initial else { return Step(exchange.begin()) }
        let bytes = Array(initial.utf8)
        return Step(exchange.begin(bytes.span))
    }

    mutating func receive(_ message: String) -> Step {
        receive(Array(message.utf8))
    }

    mutating func receive(_ message: [UInt8]) -> Step {
        Step(exchange.receive(message.span))
    }

    mutating func prepared(_ parameters: SCRAMParameters) -> Step {
        Step(exchange.prepared(parameters))
    }

    mutating func accepted(_ signature: [UInt8] = []) -> Step {
        Step(exchange.accepted(signature: signature.span))
    }
}

func base64(_ bytes: [UInt8]) -> String {
    String(decoding: [UInt8](copying: Secret(copying: bytes.span).base64.span), as: UTF8.self)
}
