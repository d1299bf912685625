internal import Authentication

/// A part of a request that a query asks for.
enum Parameter: UInt8, Sendable, CaseIterable {
    /// `%u`: the login, with `@` and the realm where `-r` has joined it.
    case login = 0x75
    /// `%n`: what stands before the last `@` of the login.
    case localPart = 0x6E
    /// `%d`: what stands behind it, else the realm.
    case domain = 0x64
    /// `%s`: the service.
    case service = 0x73
    /// `%r`: the realm.
    case realm = 0x72

    /// The bytes that are bound for it.
    func value(in request: borrowing AuthRequest) -> ByteString {
        switch self {
        case .login: request.login
        case .localPart: request.login.splitAtRealm.login
        case .domain: request.login.splitAtRealm.realm ?? request.realm
        case .service: request.service
        case .realm: request.realm
        }
    }
}
