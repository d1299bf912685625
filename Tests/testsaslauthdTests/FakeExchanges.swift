import Authentication
import Digests
import SASLExchange
import Synchronization

/// The exchanges of a `FakeDovecot`, by their identifiers.
final class FakeExchanges: Sendable {
    /// What the server does after the client's proof.
    enum Manner: CaseIterable, Sendable {
        case checks
        /// Accepts every proof with a signature of zeros.
        case signsWithZeros
        /// Accepts every proof without a signature.
        case signsNothing
        /// Sends the error of RFC 5802, and then accepts.
        case complains
    }

    private final class Held {
        var exchange: SASLExchange

        init(_ mechanism: SASLMechanism) {
            let seed = ExchangeSeed(random: [UInt8](repeating: 7, count: ExchangeSeed.length), seconds: 1, host: "h")
            exchange = SASLExchange(mechanism, seed: seed)
        }
    }

    static let greeting = FakeDovecot.greeting.replacing(
        "SPID",
        with: "MECH\tCRAM-MD5\tactive\nMECH\tSCRAM-SHA-1\tmutual-auth\nMECH\tSCRAM-SHA-256\tmutual-auth\nSPID"
    )

    private let password: [UInt8]
    private let manner: Manner
    private let held = Mutex<[String: Held]>([:])

    /// The answers of a server that knows one password, for every login.
    init(password: String, _ manner: Manner = .checks) {
        self.password = Array(password.utf8)
        self.manner = manner
    }

    func answer(_ words: [String]) -> String? {
        guard words[0] == "AUTH" || words[0] == "CONT" else { return "" }
        return held.withLock { held in
            let (id, last) = (words[1], words.last ?? "")
            if words[0] == "AUTH" { held[id] = SASLMechanism(rawValue: words[2]).map(Held.init) }
            guard let exchange = held[id] else { return nil }
            let message = decoded(last.hasPrefix("resp=") ? String(last.dropFirst(5)) : last)
            let step =
                words[0] == "CONT"
                ? exchange.exchange.receive(message.span)
                : last.hasPrefix("resp=") ? exchange.exchange.begin(message.span) : exchange.exchange.begin()
            return line(id, exchange, step)
        }
    }

    private func line(_ id: String, _ held: Held, _ step: consuming SASLStep) -> String {
        switch consume step {
        case .challenge(let message): "CONT\t\(id)\t\(encoded(message.bytes))\n"
        case .checkPassword(_, let sent):
            [UInt8](copying: sent.span) == password ? line(id, held, held.exchange.accepted()) : "FAIL\t\(id)\n"
        case .prepare: line(id, held, held.exchange.prepared(SCRAMParameters(salt: "salt", rounds: 4096)))
        case .prove(let proof): verdict(id, held, proof)
        case .accepted: "OK\t\(id)\tuser=alice\n"
        case .failed: "FAIL\t\(id)\n"
        }
    }

    private func verdict(_ id: String, _ held: Held, _ proof: consuming SASLProof) -> String {
        let mechanism = held.exchange.mechanism
        switch manner {
        case .checks: break
        case .signsWithZeros:
            let zeros = [UInt8](repeating: 0, count: mechanism.scramAlgorithm?.length ?? 0)
            return line(id, held, held.exchange.accepted(signature: zeros.span))
        case .signsNothing: return "OK\t\(id)\tuser=alice\n"
        case .complains: return "CONT\t\(id)\t\(encoded(Array("e=other-error".utf8)))\nOK\t\(id)\tuser=alice\n"
        }
        let request = proof.request(about: LoginIdentity(login: "", service: "", realm: "", remote: ""))
        let password = password
        return switch PasswordProof.verify(request, password: password.span) {
        case .proven(let signature): line(id, held, held.exchange.accepted(signature: signature.span))
        case .differs: "FAIL\t\(id)\n"
        case .failed: "FAIL\t\(id)\n"
        }
    }

    private func decoded(_ text: String) -> [UInt8] {
        let letters = Array(text.utf8)
        return switch Secret.decoding(strictBase64: letters.span) {
        case .some(let bytes): [UInt8](copying: bytes.span)
        case nil: []
        }
    }

    private func encoded(_ bytes: [UInt8]) -> String {
        String(decoding: [UInt8](copying: Secret(copying: bytes.span).base64.span), as: UTF8.self)
    }
}
