internal import Authentication
internal import MechanismKit
internal import Platform

/// What a login wants of one server next.
struct LoginOperation: Hashable, Sendable {
    /// Which of the login's operations it is; events carry it, and those of an earlier one do not count.
    let number: Int
    /// The place of the server in the settings.
    let server: Int
    let task: Task
    /// Whether a connection that was idle may be used; else a new one is to be made.
    let mayReuse: Bool
    /// When it is given up where it was not sent by then, as the server cannot be reached.
    let sendDeadline: Instant
    /// When it is given up where it was.
    let deadline: Instant

    enum Task: Hashable, Sendable {
        /// A search for the user by the reader, with at most as many entries as the settings say.
        case searchUser(Query)
        /// The user's own bind, with the password of the request: never sent twice.
        case bindUser(UserIdentity)
        /// The password of the request is compared with the values of the attribute that were found; no server is asked.
        case compareStored
        /// A comparison of a group's attribute with the user's DN.
        case compareGroup(dn: ByteString, attribute: ByteString, value: ByteString, asker: Membership.Asker)
        /// A search for a group with the user in it; one entry is enough.
        case searchGroup(Query, asker: Membership.Asker)
        /// Who am I, RFC 4532, on the connection of the user's bind.
        case whoAmI
    }

    struct Query: Hashable, Sendable {
        let base: ByteString
        let scope: SearchScope
        let filter: ByteString
        /// What the entry is to be read for; nothing more is fetched than these.
        let attributes: [ByteString]
    }

    enum UserIdentity: Hashable, Sendable {
        /// Not empty.
        case name(ByteString)
        case sasl(SASLSettings, identity: ByteString)
    }
}

/// An entry that a search has found.
struct FoundEntry: Hashable, Sendable {
    let dn: ByteString
    /// The login as the directory spells it; `nil` where it was not asked for or has several values.
    let account: ByteString?

    init(dn: ByteString, account: ByteString? = nil) {
        self.dn = dn
        self.account = account
    }
}

/// What happened to an operation.
enum LoginEvent: Hashable, Sendable {
    /// A search has ended; `count` entries came, of which `entry` is the first.
    case searched(ServerAnswer, count: Int, entry: FoundEntry?)
    /// A bind, a comparison or an extended operation was answered.
    case answered(ServerAnswer)
    /// Who am I was answered, `dn:…` or something else.
    case identified(ServerAnswer, ByteString)
    case comparedStored(StoredPasswords.Outcome)
    /// Connecting anew, TLS or the reader's bind has failed, as judged: the operation was not sent.
    case unprepared(Judgement.Unavailable)
    /// The connection was lost; `wasSent` unless it is sure that no byte of the operation was written.
    case lost(reason: String, wasSent: Bool)
    /// The time of the operation is over.
    case late(wasSent: Bool)
}

/// What a login asks for.
enum LoginAction: Hashable, Sendable {
    case perform(LoginOperation)
    case conclude(Decision)
    /// The server does not do its work: others are to be asked first for a while.
    case serverFailed(Int, reason: String)
    case serverAnswered(Int)
}
