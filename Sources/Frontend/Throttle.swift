internal import Authentication
internal import DequeModule
internal import HeapModule
internal import Platform

/// Slows down who guesses passwords: whose turn it is, and how long a refusal is held back.
///
/// Knows no descriptors, threads or clocks. Nobody is locked out: a right password is answered as soon as it was looked at, and one that
/// was right before does not even wait for its turn. All that is kept is bounded.
struct Throttle {
    struct Limits: Sendable {
        /// How many refusals in a row are nothing out of the ordinary.
        var freeFailures = 3
        /// How long the next refusal is held back, in milliseconds; doubled with each further one.
        var firstDelay = 1_000
        var longestDelay = 15_000
        /// How many attempts at one login are in the works at a time, the time for which their refusals are held back included.
        var attempts = 10
        /// How many further ones may wait for their turn.
        var waiting = 100
        /// After how long without a refusal a row of them is forgotten, in milliseconds.
        var memory = 900_000
        /// Of how many logins, and of how many addresses, a row is remembered.
        var rows = 20_000
    }

    /// Whose password is guessed.
    struct Account: Hashable, Sendable {
        /// Those who have so much in common are one.
        private static let longestName = 256

        private let login: ByteString
        private let realm: ByteString

        init(login: ByteString, realm: ByteString) {
            self.login = login.count > Self.longestName ? ByteString(Array(login.bytes[..<Self.longestName])) : login
            self.realm = realm.count > Self.longestName ? ByteString(Array(realm.bytes[..<Self.longestName])) : realm
        }
    }

    enum Admission: Equatable, Sendable {
        /// It can be asked about now.
        case proceed
        /// Its turn comes; where there are too many, the one that has waited longest goes.
        case wait(dropping: UInt32?)
    }

    enum Outcome: Sendable {
        case accepted, refused, unavailable
    }

    /// What follows from an outcome.
    struct Effect: Equatable, Sendable {
        /// How long the refusal is held back, in milliseconds.
        var delay = 0
        /// How many refusals in a row this was, where it is the first of the row that is held back; else `nil`.
        var news: Int?
        /// Whose turn it is now.
        var next: [UInt32] = []
    }

    private struct Row {
        var failures = 0
        var place: AgeList<Account>.Place?
        /// Attempts that are decided on, and those whose refusal is held back.
        var attempts = 0
        var waiting: Deque<UInt32> = []
    }

    private struct AddressRow {
        var failures: Int
        var place: AgeList<AddressBlock>.Place
    }

    private struct Attempt {
        let account: Account
        let address: AddressBlock?
        let isKnown: Bool
        /// Its place among those that wait for their turn, if it does.
        var place: AgeList<UInt32>.Place?
    }

    /// The end of the time for which an attempt is in the works.
    private struct Release: Comparable {
        let time: Instant
        let account: Account

        static func < (left: Release, right: Release) -> Bool { left.time < right.time }
        static func == (left: Release, right: Release) -> Bool { left.time == right.time }
    }

    private let limits: Limits
    private var attempts: [UInt32: Attempt] = [:]
    private var accounts: [Account: Row] = [:]
    private var addresses: [AddressBlock: AddressRow] = [:]
    /// Accounts with failures and addresses with failures, by the last one.
    private var accountsByAge = AgeList<Account>()
    private var addressesByAge = AgeList<AddressBlock>()
    private var releases = Heap<Release>()
    private var waitingByAge = AgeList<UInt32>()

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// How many logins have refusals held back.
    private(set) var slowedAccounts = 0
    private(set) var slowedAddresses = 0
    /// How many requests wait for their turn, and which has waited longest.
    var waiting: Int { waitingByAge.count }
    var longestWaiting: UInt32? { waitingByAge.oldest }

    /// Of how many logins and addresses something is kept.
    var rowCount: Int { accounts.count + addresses.count }

    var needsTime: Bool { !releases.isEmpty || !accountsByAge.isEmpty || !addressesByAge.isEmpty }

    /// A request has come, from `address` where its client has named one.
    ///
    /// `isKnown`: this very password was right a while ago.
    mutating func arrived(
        _ request: UInt32,
        account: Account,
        address: AddressBlock?,
        isKnown: Bool,
        now: Instant
    ) -> Admission {
        var attempt = Attempt(account: account, address: address, isKnown: isKnown)
        defer { attempts[request] = attempt }
        guard !isKnown else { return .proceed }
        var row = accounts[account] ?? Row()
        defer { accounts[account] = row }
        guard row.attempts >= limits.attempts else {
            row.attempts += 1
            return .proceed
        }
        attempt.place = waitingByAge.append(request, now: now)
        row.waiting.append(request)
        guard row.waiting.count > limits.waiting, let oldest = row.waiting.popFirst() else {
            return .wait(dropping: nil)
        }
        if let place = attempts.removeValue(forKey: oldest)?.place { waitingByAge.remove(place) }
        return .wait(dropping: oldest)
    }

    /// Something has come of a request, be it that nobody waits for it any more.
    mutating func decided(_ request: UInt32, _ outcome: Outcome, now: Instant) -> Effect {
        guard let attempt = attempts.removeValue(forKey: request) else { return Effect() }
        if let place = attempt.place {
            waitingByAge.remove(place)
            accounts[attempt.account]?.waiting.removeAll { $0 == request }
            forgetIfIdle(attempt.account)
            return Effect()
        }
        var effect = Effect()
        switch outcome {
        case .accepted where !attempt.isKnown: forget(attempt)
        case .accepted, .unavailable: break
        case .refused: effect = failed(attempt, now: now)
        }
        if !attempt.isKnown {
            if effect.delay == 0 || releases.count >= limits.rows {
                effect.next = release(attempt.account)
            } else {
                releases.insert(Release(time: now.advanced(milliseconds: effect.delay), account: attempt.account))
            }
        }
        return effect
    }

    /// Time has passed: gives the requests whose turn it is.
    mutating func tick(now: Instant) -> [UInt32] {
        var next: [UInt32] = []
        while let release = releases.min, release.time <= now {
            releases.removeMin()
            next += self.release(release.account)
        }
        let limit = now.reduced(milliseconds: limits.memory)
        while let account = accountsByAge.oldest(since: limit) { endRow(of: account) }
        while let address = addressesByAge.oldest(since: limit) { endRow(of: address) }
        return next
    }

    private mutating func failed(_ attempt: Attempt, now: Instant) -> Effect {
        let failures = count(attempt.account, now: now)
        let elsewhere = attempt.address.map { count($0, now: now) } ?? 0
        return Effect(
            delay: max(delay(after: failures), delay(after: elsewhere)),
            news: failures == limits.freeFailures + 1 ? failures : nil
        )
    }

    private func delay(after failures: Int) -> Int {
        guard failures > limits.freeFailures else { return 0 }
        return min(limits.firstDelay << min(failures - limits.freeFailures - 1, 16), limits.longestDelay)
    }

    private mutating func count(_ account: Account, now: Instant) -> Int {
        if accountsByAge.count >= limits.rows, accounts[account]?.place == nil, let oldest = accountsByAge.oldest {
            endRow(of: oldest)
        }
        var row = accounts[account] ?? Row()
        if let place = row.place { accountsByAge.remove(place) }
        row.place = accountsByAge.append(account, now: now)
        row.failures += 1
        if row.failures == limits.freeFailures + 1 { slowedAccounts += 1 }
        accounts[account] = row
        return row.failures
    }

    private mutating func count(_ address: AddressBlock, now: Instant) -> Int {
        let old = addresses[address]
        if let old {
            addressesByAge.remove(old.place)
        } else if addresses.count >= limits.rows, let oldest = addressesByAge.oldest {
            endRow(of: oldest)
        }
        let failures = (old?.failures ?? 0) + 1
        addresses[address] = AddressRow(failures: failures, place: addressesByAge.append(address, now: now))
        if failures == limits.freeFailures + 1 { slowedAddresses += 1 }
        return failures
    }

    /// A password was right that nobody knew to be: whoever has it does not guess.
    private mutating func forget(_ attempt: Attempt) {
        endRow(of: attempt.account)
        if let address = attempt.address { endRow(of: address) }
    }

    private mutating func endRow(of account: Account) {
        guard let place = accounts[account]?.place.take() else { return }
        accountsByAge.remove(place)
        if accounts[account]?.failures ?? 0 > limits.freeFailures { slowedAccounts -= 1 }
        accounts[account]?.failures = 0
        forgetIfIdle(account)
    }

    private mutating func endRow(of address: AddressBlock) {
        guard let row = addresses.removeValue(forKey: address) else { return }
        addressesByAge.remove(row.place)
        if row.failures > limits.freeFailures { slowedAddresses -= 1 }
    }

    /// An attempt is no longer in the works: the next one may be.
    private mutating func release(_ account: Account) -> [UInt32] {
        guard var row = accounts[account] else { return [] }
        guard let next = row.waiting.popFirst() else {
            row.attempts -= 1
            accounts[account] = row
            forgetIfIdle(account)
            return []
        }
        accounts[account] = row
        if let place = attempts[next]?.place.take() { waitingByAge.remove(place) }
        return [next]
    }

    private mutating func forgetIfIdle(_ account: Account) {
        guard let row = accounts[account], row.attempts == 0, row.waiting.isEmpty, row.place == nil else { return }
        accounts[account] = nil
    }
}
