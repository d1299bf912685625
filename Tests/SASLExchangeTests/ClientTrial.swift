import Authentication
import Digests

@testable import SASLExchange

/// A client's exchange, with messages in a form that can be compared.
struct ClientTrial {
    enum Answer: Hashable {
        case message(String)
        case failure(SASLClientFailure)

        var failure: SASLClientFailure? { if case .failure(let failure) = self { failure } else { nil } }
    }

    private var exchange: SASLClientExchange

    init(_ exchange: SASLClientExchange) {
        self.exchange = exchange
    }

    mutating func begin() -> String? {
        switch exchange.begin() {
        case .some(let message): text(message)
        case nil: nil
        }
    }

    mutating func receive(_ message: String) -> Answer {
        let bytes = Array(message.utf8)
        do throws(SASLClientFailure) {
            return .message(text(try exchange.receive(bytes.span)))
        } catch {
            return .failure(error)
        }
    }

    mutating func accepted() -> SASLClientFailure? {
        do throws(SASLClientFailure) {
            try exchange.accepted()
            return nil
        } catch {
            return error
        }
    }

    /// Plays a client with `password`, and the server and the mechanism program with the password `kept`.
    ///
    /// Returns whether both sides accept.
    static func meets(_ mechanism: SASLMechanism, _ login: String, _ password: String, kept: String) -> Bool {
        let credentials = ClientCredentials(
            login: ByteString(login),
            password: Secret(copying: Array(password.utf8).span)
        )
        let nonce = ClientNonce(random: [UInt8](repeating: 1, count: ClientNonce.length))
        var client = ClientTrial(SASLClientExchange(mechanism, credentials, nonce: nonce))
        var server = Trial(mechanism)
        var step = server.begin(client.begin())
        while true {
            switch step {
            case .challenge(let message):
                guard case .message(let answer) = client.receive(message) else { return false }
                step = server.receive(answer)
            case .checkPassword(let name, let sent):
                guard name == ByteString(login), sent == kept else { return false }
                step = server.accepted()
            case .prepare: step = server.prepared(SCRAMParameters(salt: "salt", rounds: 4096))
            case .prove(_, let name, let parameters, let text, let proof):
                guard name == ByteString(login) else { return false }
                let signature = signature(mechanism, parameters, text, proof, kept: kept)
                guard let signature else { return false }
                step = server.accepted(signature)
            case .accepted: return client.accepted() == nil
            case .failed: return false
            }
        }
    }

    /// The server's signature for a right proof; `nil` for a wrong one.
    private static func signature(
        _ mechanism: SASLMechanism,
        _ parameters: SCRAMParameters?,
        _ text: String,
        _ proof: [UInt8],
        kept: String
    ) -> [UInt8]? {
        let request = ProveRequest(
            scheme: mechanism,
            identity: LoginIdentity(login: "", service: "", realm: "", remote: ""),
            parameters: parameters,
            text: ByteString(text),
            proof: Secret(copying: proof.span)
        )
        let password = Array(kept.utf8)
        return switch PasswordProof.verify(request, password: password.span) {
        case .proven(let signature): [UInt8](copying: signature.span)
        case .differs: nil
        case .failed: nil
        }
    }
}

private func text(_ message: borrowing Secret) -> String {
    String(decoding: [UInt8](copying: message.span), as: UTF8.self)
}
