internal import Authentication
internal import Folding
internal import Options
internal import Platform

/// Whom a request means: the account whose failures are counted, and whose cached passwords are forgotten.
///
/// It is the login, folded, with its realm where all mechanisms that are asked look at that; or the name by which a mechanism has
/// answered for this spelling before. Never a reason to accept anything.
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
    func account(login: ByteString, realm: ByteString, of mechanisms: some Sequence<PluginName>) -> FoldedName {
        let usesRealm = !joinsRealm && mechanisms.allSatisfy { $0.known?.usesRealm == true }
        let spelled = FoldedName(login, realm: usesRealm ? realm : ByteString())
        return names[spelled]?.name ?? spelled
    }

    /// A mechanism has answered for the account `spelled` and calls it `name`; gives the account from now on.
    mutating func learn(_ name: ByteString, for spelled: FoldedName, now: Instant) -> FoldedName {
        let named = FoldedName(name)
        guard named != spelled else { return named }
        if let old = names[spelled] { byAge.remove(old.place) }
        if names.count >= Self.mostNames, names[spelled] == nil, let oldest = byAge.oldest,
            let place = names.removeValue(forKey: oldest)?.place
        {
            byAge.remove(place)
        }
        names[spelled] = (named, byAge.append(spelled, now: now))
        return named
    }
}
