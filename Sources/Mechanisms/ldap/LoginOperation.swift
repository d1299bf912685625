internal import Authentication
internal import MechanismKit
internal import Platform

/// The next operation of a login at one server.
struct LoginOperation: Hashable, Sendable {
    /// The number of the operation within its login; events of earlier operations are ignored.
    let number: Int
    /// The place of the server in the settings.
    let server: Int
    let task: Task
    /// Whether an idle connection may be used; otherwise a new one is made.
    let mayReuse: Bool
    /// When to give up if it has not been sent yet, because the server cannot be reached.
    let sendDeadline: Instant
    /// When to give up if it has been sent.
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
        /// The attributes to fetch.
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
    /// The result of a search with `count` entries; `entry` is the first.
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

/// What to do for a login.
enum LoginAction: Hashable, Sendable {
    case perform(LoginOperation)
    case conclude(Decision)
    /// The server failed, see `FailoverState`.
    case serverFailed(Int, reason: String)
    case serverAnswered(Int)
}
