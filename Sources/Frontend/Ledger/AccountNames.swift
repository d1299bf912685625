internal import Authentication
internal import Folding
internal import Platform

/// Whom a request means, as far as the request and earlier verdicts tell.
struct RequestedAccount: Hashable, Sendable {
    /// The login with its realm, folded: what a mechanism's name for it is learned for.
    let spelled: FoldedName
    /// The login, with its realm only where that counts.
    let plain: FoldedName
    /// The account by which failures are counted: `plain`, or the name by which a mechanism has answered for this spelling before.
    let account: FoldedName

    /// All that it can be known by, with `name` if a mechanism calls it that.
    func all(named name: FoldedName? = nil) -> Set<FoldedName> {
        var all: Set = [plain, account]
        if let name { all.insert(name) }
        return all
    }
}

/// The accounts whose failures are counted, and whose cached passwords are forgotten.
///
/// An account is the login, folded, with its realm where all mechanisms that are asked look at that; or the name by which a mechanism has
/// answered. Never a reason to accept anything.
struct AccountNames {
    /// How many spellings are remembered that a mechanism knows by another name.
    private static let mostNames = 20_000

    private let joinsRealm: Bool
    private var names: [FoldedName: (name: FoldedName, place: AgeList<FoldedName>.Place)] = [:]
    private var byAge = AgeList<FoldedName>()

    init(joinsRealm: Bool) {
        self.joinsRealm = joinsRealm
    }

    /// The account of a login that `mechanisms` are asked about.
    ///
    /// With `-r` the realm stands in the login already.
    func account(login: ByteString, realm: ByteString, of mechanisms: some Sequence<PluginName>) -> RequestedAccount {
        let spelled = FoldedName(login, realm: joinsRealm ? ByteString() : realm)
        let usesRealm = joinsRealm || realm.isEmpty || mechanisms.allSatisfy(\.traits.usesRealm)
        let plain = usesRealm ? spelled : FoldedName(login)
        let name = names.isEmpty ? nil : names[spelled]?.name
        return RequestedAccount(spelled: spelled, plain: plain, account: name ?? plain)
    }

    /// A mechanism has answered for a login and calls it `name`; gives the account from now on.
    mutating func learn(_ name: ByteString, for requested: RequestedAccount, now: Instant) -> FoldedName {
        // Mostly it is what it was.
        if name.bytes == requested.account.bytes { return requested.account }
        let named = FoldedName(name)
        forget(requested.spelled)
        guard named != requested.plain else { return named }
        if names.count >= Self.mostNames, let oldest = byAge.oldest { forget(oldest) }
        names[requested.spelled] = (named, byAge.append(requested.spelled, now: now))
        return named
    }

    private mutating func forget(_ spelled: FoldedName) {
        if let old = names.removeValue(forKey: spelled) { byAge.remove(old.place) }
    }
}
