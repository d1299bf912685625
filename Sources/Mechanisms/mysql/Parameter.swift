internal import Authentication

/// A part of a request that is bound to a query.
enum Parameter: UInt8, Sendable, CaseIterable {
    /// `%u`: the login, with `@` and the realm if `-r` is used.
    case login = 0x75
    /// `%n`: the part of the login before its last `@`.
    case localPart = 0x6E
    /// `%d`: the part of the login after its last `@`; without an `@`, the realm.
    case domain = 0x64
    /// `%s`: the service.
    case service = 0x73
    /// `%r`: the realm.
    case realm = 0x72

    /// The bytes to bind.
    func value(in identity: LoginIdentity) -> ByteString {
        switch self {
        case .login: identity.login
        case .localPart: identity.login.splitAtRealm.login
        case .domain: identity.login.splitAtRealm.realm ?? identity.realm
        case .service: identity.service
        case .realm: identity.realm
        }
    }
}
