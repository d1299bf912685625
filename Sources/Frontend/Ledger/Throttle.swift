internal import Authentication
internal import DequeModule
internal import Digests
internal import Folding
internal import HeapModule
internal import Platform

/// Slows down password guessing: it limits concurrent attempts, and delays refusals.
///
/// It has no descriptors, threads, clocks or random numbers. A right password is answered as soon as it was checked,
/// and a password that was right recently does not even wait. Memory use is bounded.
struct Throttle {
    struct Limits: Sendable {
        /// How many consecutive refusals are not delayed.
        var freeFailures = 3
        /// The delay of the next refusal, in milliseconds; doubled with each further one.
        var firstDelay = 1_000
        /// The maximum delay; Postfix waits ten seconds for a delegated check.
        var longestDelay = 8_000
        /// How many attempts at one login may be in flight, including those whose refusal is being delayed.
        var attempts = 4
        /// How many of these are reserved for retries of passwords that were turned away.
        var reserved = 1
        /// How many further attempts may wait.
        var waiting = 10
        /// How many may wait before delayed refusals of the same login are answered at once, to free processes of the
        /// mail server.
        var crowd = 3
        /// After how long without a refusal a failure streak is forgotten, in milliseconds.
        var memory = 900_000
        /// For how many logins, and for how many addresses, a failure streak is tracked.
        var rows = 20_000
    }

    enum Admission: Equatable, Sendable {
        /// Ask the mechanism now.
        case proceed
        /// Wait. If too many wait, one of them is turned away, which may be this request; and a delayed refusal is
        /// answered now.
        case wait(turnedAway: UInt32?, answered: UInt32?)
    }

    enum Outcome: Sendable {
        case accepted, refused
        /// No verdict for this login while others get one, which may be the back end's way to refuse.
        case undecided
        /// No verdict, for a reason unrelated to the login.
        case unavailable
    }

    /// The consequences of an outcome.
    struct Effect: Equatable, Sendable {
        /// The delay of the reply, in milliseconds.
        var delay = 0
        /// The number of consecutive failures if this is the first to be delayed; otherwise `nil`.
        var news: Int?
        /// The requests whose turn it is now.
        var next: [UInt32] = []
        /// Whether the outcome must be hidden: the mechanism's name for the login is an account with too many attempts
        /// in flight.
        var isTurnedAway = false
    }

    /// An attempt before it is checked.
    struct Attempt {
        var account: FoldedName
        /// Failures are counted by service, so that a service that accepts everything does not end the streak of
        /// another.
        let service: ByteString
        let addresses: [AddressBlock]
        /// Whether this password was right recently.
        let isKnown: Bool
        /// Whether this password was turned away unchecked recently; a guesser usually sends another one.
        let isRepeated: Bool
        /// Identifies the password, if possible.
        let password: KeyedHash.Value?
        /// Whether an attempt with the same password is in flight: this one gives a guesser no information, and takes
        /// no slot.
        fileprivate var isTwin = false
        /// Its place among waiting attempts, if it waits.
        fileprivate var place: AgeList<UInt32>.Place?

        init(
            account: FoldedName,
            service: ByteString = "",
            addresses: [AddressBlock] = [],
            isKnown: Bool = false,
            isRepeated: Bool = false,
            password: KeyedHash.Value? = nil
        ) {
            self.account = account
            self.service = service
            self.addresses = addresses
            self.isKnown = isKnown
            self.isRepeated = isRepeated
            self.password = password
        }

        /// Whether it takes one of the login's slots.
        fileprivate var takesPlace: Bool { !isKnown && !isTwin }
    }

    private struct Row {
        var streak = FailureStreak()
        var place: AgeList<FoldedName>.Place?
        /// Attempts in flight, including those whose refusal is being delayed.
        var attempts = 0
        var waiting: [UInt32] = []
        /// Attempts whose refusal is being delayed, the oldest first.
        var delayed: Deque<UInt32> = []
        /// The passwords of attempts that have a slot and no verdict yet.
        var undecided: [KeyedHash.Value] = []
    }

    private struct AddressRow {
        var failures: Int
        var place: AgeList<AddressBlock>.Place
    }

    /// The end of the delay of an attempt, which frees its slot.
    private struct Release: Comparable {
        let time: Instant
        let account: FoldedName
        let request: UInt32

        static func < (left: Release, right: Release) -> Bool { left.time < right.time }
        static func == (left: Release, right: Release) -> Bool { left.time == right.time }
    }

    private let limits: Limits
    /// Returns a random number from 0 to less than its argument.
    private let random: (Int) -> Int
    private var attempts: [UInt32: Attempt] = [:]
    private var accounts: [FoldedName: Row] = [:]
    private var addresses: [AddressBlock: AddressRow] = [:]
    /// Accounts and addresses with failures, by the last failure.
    private var accountsByAge = AgeList<FoldedName>()
    private var addressesByAge = AgeList<AddressBlock>()
    private var releases = Heap<Release>()
    private var waitingByAge = AgeList<UInt32>()

    init(limits: Limits = Limits(), random: @escaping (Int) -> Int) {
        self.limits = limits
        self.random = random
    }

    /// How many logins have their refusals delayed.
    private(set) var slowedAccounts = 0
    private(set) var slowedAddresses = 0
    /// How many requests wait, and which has waited longest.
    var waiting: Int { waitingByAge.count }
    var longestWaiting: UInt32? { waitingByAge.oldest }

    /// How many logins and addresses are tracked.
    var rowCount: Int { accounts.count + addresses.count }

    var needsTime: Bool { !releases.isEmpty || !accountsByAge.isEmpty || !addressesByAge.isEmpty }

    /// A request has arrived.
    mutating func arrived(_ request: UInt32, _ attempt: Attempt, now: Instant) -> Admission {
        attempts[request] = attempt
        guard !attempt.isKnown else { return .proceed }
        let account = attempt.account
        if let password = attempt.password, accounts[account]?.undecided.contains(password) == true {
            attempts[request]?.isTwin = true
            return .proceed
        }
        guard !hasPlace(for: attempt, in: accounts[account]) else {
            begin(attempt)
            return .proceed
        }
        attempts[request]?.place = waitingByAge.append(request, now: now)
        accounts[account, default: Row()].waiting.append(request)
        let waiting = accounts[account]?.waiting ?? []
        let answered = waiting.count > limits.crowd ? accounts[account]?.delayed.popFirst() : nil
        guard waiting.count > limits.waiting else { return .wait(turnedAway: nil, answered: answered) }
        let dropped = choose(among: waiting, preferringRepeated: false)
        stopWaiting(dropped)
        attempts[dropped] = nil
        return .wait(turnedAway: dropped, answered: answered)
    }

    /// A request has a verdict or was cancelled; `account` is the mechanism's name for its account, if different.
    mutating func decided(_ request: UInt32, _ outcome: Outcome, account: FoldedName? = nil, now: Instant) -> Effect {
        guard var attempt = attempts.removeValue(forKey: request) else { return Effect() }
        if attempt.place != nil {
            attempts[request] = attempt
            stopWaiting(request)
            attempts[request] = nil
            return Effect()
        }
        if attempt.takesPlace, let password = attempt.password {
            let index = accounts[attempt.account]?.undecided.firstIndex(of: password)
            if let index { accounts[attempt.account]?.undecided.remove(at: index) }
        }
        var effect = Effect()
        if let account, account != attempt.account {
            effect.next = move(&attempt, to: account)
            guard attempt.account == account else {
                effect.isTurnedAway = true
                return effect
            }
        }
        switch outcome {
        case .accepted where !attempt.isKnown: endStreak(of: attempt.account, at: attempt.service)
        case .accepted, .unavailable: break
        // A password that was right recently is not a guess.
        case .undecided where attempt.isKnown: break
        case .refused, .undecided:
            let failure = failed(attempt, now: now)
            (effect.delay, effect.news) = (failure.delay, failure.news)
        }
        guard attempt.takesPlace else { return effect }
        if effect.delay == 0 {
            effect.next += release(attempt.account)
        } else {
            // If too many are delayed, free the slot that would be free next.
            if releases.count >= limits.rows, let first = releases.popMin() { effect.next += self.end(first) }
            let end = now.advanced(milliseconds: effect.delay)
            releases.insert(Release(time: end, account: attempt.account, request: request))
            accounts[attempt.account]?.delayed.append(request)
        }
        return effect
    }

    /// Handles timeouts; returns the requests whose turn it is.
    mutating func tick(now: Instant) -> [UInt32] {
        var next: [UInt32] = []
        while let release = releases.min, release.time <= now {
            releases.removeMin()
            next += end(release)
        }
        let limit = now.reduced(milliseconds: limits.memory)
        while let account = accountsByAge.oldest(since: limit) { endStreak(of: account) }
        while let address = addressesByAge.oldest(since: limit) { endStreak(of: address) }
        return next
    }

    // MARK: Slots

    private func hasPlace(for attempt: Attempt, in row: Row?) -> Bool {
        (row?.attempts ?? 0) < limits.attempts - (attempt.isRepeated ? 0 : limits.reserved)
    }

    private mutating func begin(_ attempt: Attempt) {
        accounts[attempt.account, default: Row()].attempts += 1
        if let password = attempt.password { accounts[attempt.account]?.undecided.append(password) }
    }

    private mutating func end(_ release: Release) -> [UInt32] {
        accounts[release.account]?.delayed.removeAll { $0 == release.request }
        return self.release(release.account)
    }

    /// Frees a slot and gives it to waiting attempts.
    private mutating func release(_ account: FoldedName) -> [UInt32] {
        accounts[account]?.attempts -= 1
        var next: [UInt32] = []
        while let row = accounts[account] {
            let fitting = row.waiting.filter { request in
                attempts[request].map { hasPlace(for: $0, in: row) } ?? false
            }
            guard !fitting.isEmpty else { break }
            let chosen = choose(among: fitting, preferringRepeated: true)
            stopWaiting(chosen)
            if let attempt = attempts[chosen] { begin(attempt) }
            next.append(chosen)
        }
        forgetIfIdle(account)
        return next
    }

    /// Chooses among waiting attempts.
    ///
    /// Retries of turned away passwords are preferred, or the others. Then an address is chosen at random, then one of
    /// its requests, so that an address with many requests has no better chance than one with few.
    private func choose(among requests: [UInt32], preferringRepeated: Bool) -> UInt32 {
        let preferred = requests.filter { attempts[$0]?.isRepeated == preferringRepeated }
        let candidates = preferred.isEmpty ? requests : preferred
        let groups = Dictionary(grouping: candidates) { attempts[$0]?.addresses.last }
        let sizes = groups.values.map(\.count)
        let fitting: [[UInt32]] =
            if preferringRepeated {
                Array(groups.values)
            } else {
                groups.values.filter { $0.count == sizes.max() }
            }
        let group = fitting.sorted { $0[0] < $1[0] }[random(fitting.count)]
        return group[random(group.count)]
    }

    private mutating func stopWaiting(_ request: UInt32) {
        guard let account = attempts[request]?.account, let place = attempts[request]?.place.take() else { return }
        waitingByAge.remove(place)
        accounts[account]?.waiting.removeAll { $0 == request }
        forgetIfIdle(account)
    }

    /// Moves an attempt in flight to another account, if that has a free slot; returns the attempts whose turn it is at
    /// the old one.
    private mutating func move(_ attempt: inout Attempt, to account: FoldedName) -> [UInt32] {
        guard !attempt.isKnown else {
            attempt.account = account
            return []
        }
        let (old, isTwin) = (attempt.account, attempt.isTwin)
        if hasPlace(for: attempt, in: accounts[account]) {
            accounts[account, default: Row()].attempts += 1
            attempt.account = account
            attempt.isTwin = false
        }
        return isTwin ? [] : release(old)
    }

    // MARK: Failure streaks

    private mutating func failed(_ attempt: Attempt, now: Instant) -> (delay: Int, news: Int?) {
        let failures = count(attempt.account, attempt.service, now: now)
        let elsewhere = attempt.addresses.map {
            delay(after: count($0, now: now), free: limits.freeFailures * $0.weight)
        }
        return (
            max(delay(after: failures, free: limits.freeFailures), elsewhere.max() ?? 0),
            failures == limits.freeFailures + 1 ? failures : nil
        )
    }

    private func delay(after failures: Int, free: Int) -> Int {
        guard failures > free else { return 0 }
        return min(limits.firstDelay << min(failures - free - 1, 16), limits.longestDelay)
    }

    private mutating func count(_ account: FoldedName, _ service: ByteString, now: Instant) -> Int {
        if accountsByAge.count >= limits.rows, accounts[account]?.place == nil, let oldest = accountsByAge.oldest {
            endStreak(of: oldest)
        }
        var row = accounts[account] ?? Row()
        if let place = row.place { accountsByAge.remove(place) }
        row.place = accountsByAge.append(account, now: now)
        row.streak.add(service)
        if row.streak.failures == limits.freeFailures + 1 { slowedAccounts += 1 }
        accounts[account] = row
        return row.streak.failures
    }

    private mutating func count(_ address: AddressBlock, now: Instant) -> Int {
        let old = addresses[address]
        if let old {
            addressesByAge.remove(old.place)
        } else if addresses.count >= limits.rows, let oldest = addressesByAge.oldest {
            endStreak(of: oldest)
        }
        let failures = (old?.failures ?? 0) + 1
        addresses[address] = AddressRow(failures: failures, place: addressesByAge.append(address, now: now))
        if failures == limits.freeFailures * address.weight + 1 { slowedAddresses += 1 }
        return failures
    }

    /// Ends a streak at one service after a right password that was not known.
    ///
    /// The streak of the address continues, because otherwise guessers could end it with accounts of their own.
    private mutating func endStreak(of account: FoldedName, at service: ByteString) {
        guard var streak = accounts[account]?.streak else { return }
        let wasSlow = streak.failures > limits.freeFailures
        streak.end(service)
        guard streak.failures > 0 else { return endStreak(of: account) }
        accounts[account]?.streak = streak
        if wasSlow, streak.failures <= limits.freeFailures { slowedAccounts -= 1 }
    }

    private mutating func endStreak(of account: FoldedName) {
        guard let place = accounts[account]?.place.take() else { return }
        accountsByAge.remove(place)
        if accounts[account]?.streak.failures ?? 0 > limits.freeFailures { slowedAccounts -= 1 }
        accounts[account]?.streak = FailureStreak()
        forgetIfIdle(account)
    }

    private mutating func endStreak(of address: AddressBlock) {
        guard let row = addresses.removeValue(forKey: address) else { return }
        addressesByAge.remove(row.place)
        if row.failures > limits.freeFailures * address.weight { slowedAddresses -= 1 }
    }

    private mutating func forgetIfIdle(_ account: FoldedName) {
        guard let row = accounts[account], row.attempts == 0, row.waiting.isEmpty, row.place == nil else { return }
        accounts[account] = nil
    }
}
