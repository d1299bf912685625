package import Authentication
internal import Digests
internal import Synchronization

/// The login and the password of a client, shared by its exchanges; the password is wiped with the last of them.
///
/// The keys of SCRAM for the last salt are kept, as RFC 5802 allows, so that only the first of many logins has to
/// compute them.
package final class ClientCredentials: Sendable {
    private struct Kept: ~Copyable, Sendable {
        let mechanism: SASLMechanism
        let parameters: SCRAMParameters
        let keys: SCRAMClientKeys
    }

    let login: ByteString
    let password: Secret
    private let kept = Mutex<Kept?>(nil)

    package init(login: ByteString, password: consuming Secret) {
        self.login = login
        self.password = password
    }

    /// The length of the longest message that does not depend on the server's, in bytes.
    package func longestMessage(_ mechanism: SASLMechanism) -> Int {
        switch mechanism {
        case .plain: 2 + login.count + password.count
        case .login: max(login.count, password.count)
        case .cramMD5: login.count + 1 + 2 * CRAMResponse.digestLength
        case .scramSHA1, .scramSHA256: SCRAMClient.first(login, nonce: ClientNonce.longest).count
        }
    }

    /// The proof for `text` and the signature that the server then has to show; `nil` when they cannot be computed.
    func answer(_ mechanism: SASLMechanism, _ parameters: SCRAMParameters, to text: Span<UInt8>) -> SCRAMAnswer? {
        guard let algorithm = mechanism.scramAlgorithm else { return nil }
        return kept.withLock { kept -> SCRAMAnswer? in
            let isKept =
                switch kept {
                case .some(let kept): kept.mechanism == mechanism && kept.parameters == parameters
                case nil: false
                }
            if !isKept {
                let keys = password.keys(algorithm, parameters)
                guard let keys else { return nil }
                kept = Kept(mechanism: mechanism, parameters: parameters, keys: keys)
            }
            return switch kept {
            case .some(let kept): SCRAMAnswer(keys: kept.keys, text: text)
            case nil: nil
            }
        }
    }
}

extension Secret {
    /// The secret itself, to send it.
    func copy() -> Secret { Secret(copying: span) }

    /// The message of PLAIN (RFC 4616) with this password.
    func plainMessage(of login: ByteString) -> Secret {
        Secret(capacity: 2 + login.count + count) { output in
            output.append(0)
            for byte in login.bytes { output.append(byte) }
            output.append(0)
            for index in span.indices { output.append(span[index]) }
        }
    }

    /// The digest of CRAM-MD5 for `challenge` with this password; `nil` when OpenSSL does not offer MD5.
    func digest(of challenge: Span<UInt8>) -> Secret? {
        // HMAC extends a short key with zero bytes, and OpenSSL takes no empty key here.
        let zero: [UInt8] = [0]
        return DigestAlgorithm.md5.hmac(key: isEmpty ? zero.span : span, challenge)
    }

    /// The keys of SCRAM that this password has with a salt and a number of rounds.
    fileprivate func keys(_ algorithm: DigestAlgorithm, _ parameters: SCRAMParameters) -> SCRAMClientKeys? {
        let salt = parameters.salt.bytes
        return SCRAMClientKeys(algorithm, password: span, salt: salt.span, rounds: Int(parameters.rounds))
    }
}

/// What a client sends as its proof, and what it expects for it.
struct SCRAMAnswer: ~Copyable, Sendable {
    let proof: Secret
    let serverSignature: ByteString

    init?(keys: borrowing SCRAMClientKeys, text: Span<UInt8>) {
        guard let proof = keys.proof(of: text), let signature = keys.serverSignature(of: text) else { return nil }
        self.proof = proof
        serverSignature = ByteString(copying: signature.span)
    }
}
