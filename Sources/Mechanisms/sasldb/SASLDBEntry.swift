internal import Authentication
internal import MechanismKit
internal import SASLDB

/// What the file has for the user of a request, if anything, and a password to check.
///
/// There is always a password, and it is always checked in the same place, so that the time does not tell which users exist: even
/// memory that is laid out differently shows in the time of thousands of rounds.
struct SASLDBEntry: ~Copyable {
    enum Kind {
        case user
        /// A user whose stored password is empty.
        case withoutPassword
        /// The file does not have the user.
        case nobody
    }

    let kind: Kind
    /// The name of the user, or what it would be.
    let name: ByteString
    /// Never empty; nobody's, unless `kind` is `user`.
    let password: Secret

    /// The entry of `user`, whose password `stored` is.
    init(of user: SASLDBUser, _ stored: consuming Secret) {
        if stored.isEmpty {
            self.init(.withoutPassword, user, Self.nobodys)
        } else {
            self.init(.user, user, stored)
        }
    }

    init(missing user: SASLDBUser) { self.init(.nobody, user, Self.nobodys) }

    private init(_ kind: Kind, _ user: SASLDBUser, _ password: consuming Secret) {
        self.kind = kind
        name = user.name
        self.password = password
    }

    private static var nobodys: Secret { Secret(copying: Array("password".utf8).span) }

    /// The decision on a request whose password or proof is that of `password`, or is not.
    func decision(isRight: Bool, _ detail: String = "") -> Decision {
        switch kind {
        case .user: Decision(isRight ? .accepted : .refused(.wrongPassword), account: name, detail: detail)
        case .withoutPassword: Decision(.refused(.wrongPassword), account: name, detail: detail)
        case .nobody: Decision(.refused(.unknownUser), detail: detail)
        }
    }
}
