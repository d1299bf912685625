internal import Digests
internal import Platform

/// Which passwords were right a while ago: keyed hashes of them, no password and no login.
///
/// Who has one of them does not guess. That it is right still is for the mechanism to say.
struct KnownPasswords {
    struct Limits: Sendable {
        /// How many there are at the most; that which was right longest ago goes first.
        var entries = 20_000
        /// How long one is known, in milliseconds.
        var lifetime = 86_400_000
    }

    private let limits: Limits
    private var places: [KeyedHash.Value: AgeList<KeyedHash.Value>.Place] = [:]
    private var byAge = AgeList<KeyedHash.Value>()

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    var count: Int { places.count }

    mutating func contains(_ password: KeyedHash.Value, now: Instant) -> Bool {
        while let old = byAge.oldest(since: now.reduced(milliseconds: limits.lifetime)) { remove(old) }
        return places[password] != nil
    }

    /// The mechanism has accepted it.
    mutating func accepted(_ password: KeyedHash.Value, now: Instant) {
        remove(password)
        if places.count >= limits.entries, let oldest = byAge.oldest { remove(oldest) }
        places[password] = byAge.append(password, now: now)
    }

    /// The mechanism has refused it.
    mutating func refused(_ password: KeyedHash.Value) {
        remove(password)
    }

    private mutating func remove(_ password: KeyedHash.Value) {
        guard let place = places.removeValue(forKey: password) else { return }
        byAge.remove(place)
    }
}
