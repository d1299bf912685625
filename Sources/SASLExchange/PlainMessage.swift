internal import Authentication

/// The message of PLAIN (RFC 4616): `authorization NUL login NUL password`.
struct PlainMessage: ~Copyable {
    let login: ByteString
    let password: Secret

    init(_ message: Span<UInt8>) throws(ExchangeError) {
        guard let first = message.firstIndex(of: 0) else { throw ExchangeError(.malformed) }
        let rest = message.extracting(droppingFirst: first + 1)
        guard let second = rest.firstIndex(of: 0) else { throw ExchangeError(.malformed) }
        let password = rest.extracting(droppingFirst: second + 1)
        guard password.firstIndex(of: 0) == nil else { throw ExchangeError(.malformed) }
        let login = try ByteString.login(rest.extracting(first: second))
        guard first == 0 || message.extracting(first: first).equals(login.bytes) else {
            throw ExchangeError(.otherIdentity, login: login)
        }
        guard !password.isEmpty else { throw ExchangeError(.emptyPassword, login: login) }
        self.login = login
        self.password = Secret(copying: password)
    }
}
