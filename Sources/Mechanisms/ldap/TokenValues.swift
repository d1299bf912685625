internal import Authentication

/// The values of tokens for one request.
struct TokenValues: Hashable, Sendable {
    private let login: [UInt8]
    /// Where the login's first `@` is.
    private let at: Int?
    private let realm: [UInt8]
    private let service: [UInt8]
    /// The DN of the user, once it is known.
    var userDN: ByteString = ""

    /// The realm is `defaultRealm` where the request has none.
    init(login: ByteString, realm: ByteString, service: ByteString, defaultRealm: ByteString = "") {
        self.login = login.bytes
        at = login.bytes.firstIndex(of: UInt8(ascii: "@"))
        self.realm = realm.isEmpty ? defaultRealm.bytes : realm.bytes
        self.service = service.bytes
    }

    init(_ request: borrowing AuthRequest, defaultRealm: ByteString) {
        self.init(
            login: request.login,
            realm: request.realm,
            service: request.service,
            defaultRealm: defaultRealm
        )
    }

    /// May be empty.
    func value(of token: Token) -> [UInt8] {
        switch token {
        case .login: login
        case .user: at.map { Array(login[..<$0]) } ?? login
        case .domain: domain
        case .label(let number): label(number)
        case .realm: realm
        case .atRealm: realm.isEmpty ? [] : [UInt8(ascii: "@")] + realm
        case .service: service
        case .userDN: userDN.bytes
        }
    }

    /// The identity for SASL: the login, with the realm where it has no `@`.
    var identity: ByteString {
        at == nil && !realm.isEmpty ? ByteString(login + [UInt8(ascii: "@")] + realm) : ByteString(login)
    }

    private var domain: [UInt8] { at.map { Array(login[($0 + 1)...]) } ?? [] }

    private func label(_ number: Int) -> [UInt8] {
        let labels = (domain.isEmpty ? realm : domain).split(separator: UInt8(ascii: "."))
        return number <= labels.count ? Array(labels[labels.count - number]) : []
    }
}
