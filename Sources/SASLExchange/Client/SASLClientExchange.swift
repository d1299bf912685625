package import Authentication
internal import Digests

/// The client's side of one login: messages of the server go in, messages to it come out.
///
/// After an error the exchange is over. The client then sends nothing more, so that the server learns nothing more.
package struct SASLClientExchange: Sendable {
    private enum State: Sendable {
        case beginning
        /// LOGIN: the server asks for the name, then for the password.
        case name
        case password
        case digest
        case scram(SCRAMClient)
        /// The client's last message is sent.
        case verdict
        case over
    }

    package let mechanism: SASLMechanism
    private let credentials: ClientCredentials
    private let nonce: ClientNonce?
    private var state = State.beginning

    /// A new exchange; a mechanism with SCRAM needs a `nonce`.
    package init(_ mechanism: SASLMechanism, _ credentials: ClientCredentials, nonce: ClientNonce? = nil) {
        precondition(nonce != nil || !mechanism.hasParameters)
        self.mechanism = mechanism
        self.credentials = credentials
        self.nonce = nonce
    }

    /// The initial response; `nil` when the server begins.
    package mutating func begin() -> Secret? {
        switch mechanism {
        case .plain:
            state = .verdict
            return credentials.password.plainMessage(of: credentials.login)
        case .login:
            state = .name
            return nil
        case .cramMD5:
            state = .digest
            return nil
        case .scramSHA1, .scramSHA256:
            guard let nonce else { preconditionFailure("no nonce") }
            let client = SCRAMClient(mechanism, credentials.login, nonce)
            state = .scram(client)
            return Secret(copying: client.first.span)
        }
    }

    /// The response to the server's challenge.
    package mutating func receive(_ challenge: Span<UInt8>) throws(SASLClientFailure) -> Secret {
        let old = state
        state = .over
        switch old {
        case .name:
            state = .password
            let login = credentials.login.bytes
            return Secret(copying: login.span)
        case .password:
            state = .verdict
            return credentials.password.copy()
        case .digest:
            guard let digest = credentials.password.digest(of: challenge) else { throw .noDigest }
            state = .verdict
            let login = credentials.login.bytes
            return Secret(capacity: login.count + 1 + 2 * digest.count) { output in
                for byte in login { output.append(byte) }
                output.append(UInt8(ascii: " "))
                let digits = digest.hexadecimal
                for index in digits.span.indices { output.append(digits.span[index]) }
            }
        case .scram(var client):
            let message = try client.receive(challenge, credentials)
            state = .scram(client)
            return message
        case .beginning, .verdict, .over: throw .unexpectedChallenge
        }
    }

    /// Takes the server's word that the login is accepted; an error when it does not count.
    package mutating func accepted() throws(SASLClientFailure) {
        let old = state
        state = .over
        switch old {
        case .verdict: return
        case .scram(let client): try client.accepted()
        case .beginning, .name, .password, .digest, .over: throw .unasked
        }
    }
}
