internal import Authentication
internal import Folding
internal import Platform

/// The account of a request, as known from the request and earlier verdicts.
struct RequestedAccount: Hashable, Sendable {
    /// The login with its realm, folded; the key under which a mechanism's name for it is learned.
    let spelled: FoldedName
    /// The login, with its realm only if the mechanisms use it.
    let plain: FoldedName
    /// The account under which failures are counted: `plain`, or the name that a mechanism returned earlier for this
    /// spelling.
    let account: FoldedName

    /// All names by which the account may be known, including `name` from a mechanism.
    func all(named name: FoldedName? = nil) -> Set<FoldedName> {
        var all: Set = [plain, account]
        if let name { all.insert(name) }
        return all
    }
}

/// The accounts under which failures are counted and cached passwords are dropped.
///
/// An account is the folded login, with its realm if all mechanisms asked use realms, or the name that a mechanism
/// returned. An account name is never a reason to accept a login.
struct AccountNames {
    /// How many spellings are remembered for which a mechanism uses another name.
    private static let mostNames = 20_000

    private let joinsRealm: Bool
    private var names: [FoldedName: (name: FoldedName, place: AgeList<FoldedName>.Place)] = [:]
    private var byAge = AgeList<FoldedName>()

    init(joinsRealm: Bool) {
        self.joinsRealm = joinsRealm
    }

    /// The account of a login for which `mechanisms` are asked.
    ///
    /// With `-r` the login already contains the realm.
    func account(login: ByteString, realm: ByteString, of mechanisms: some Sequence<PluginName>) -> RequestedAccount {
        let spelled = FoldedName(login, realm: joinsRealm ? ByteString() : realm)
        let usesRealm = joinsRealm || realm.isEmpty || mechanisms.allSatisfy(\.traits.usesRealm)
        let plain = usesRealm ? spelled : FoldedName(login)
        let name = names.isEmpty ? nil : names[spelled]?.name
        return RequestedAccount(spelled: spelled, plain: plain, account: name ?? plain)
    }

    /// Learns a mechanism's name for a login, and returns the account from now on.
    mutating func learn(_ name: ByteString, for requested: RequestedAccount, now: Instant) -> FoldedName {
        // The usual case: the name has not changed.
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
