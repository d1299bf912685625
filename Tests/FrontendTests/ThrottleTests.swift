import Authentication
import Folding
import Platform
import Testing

@testable import Frontend

@Suite struct ThrottleTests {
    static let alice = FoldedName("alice@example.org")
    static let bob = FoldedName("bob@example.org")
    static let address = AddressBlock.blocks(of: ClientAddress("192.0.2.1;25"))

    static func at(_ milliseconds: Int) -> Instant {
        Instant(nanoseconds: 1_000_000_000_000).advanced(milliseconds: milliseconds)
    }

    /// A throttle whose random choice is always the first.
    static func throttle(_ limits: Throttle.Limits = .init(), random: @escaping (Int) -> Int = { _ in 0 }) -> Throttle {
        Throttle(limits: limits, random: random)
    }

    static func attempt(_ account: FoldedName = alice, from addresses: [AddressBlock] = []) -> Throttle.Attempt {
        .init(account: account, addresses: addresses)
    }

    /// Attempts of one after the other; gives the delays of their refusals.
    private static func delays(
        _ count: Int,
        of account: FoldedName = alice,
        at service: ByteString = "smtp",
        from addresses: [AddressBlock] = [],
        by throttle: inout Throttle,
        every milliseconds: Int = 20_000,
        since start: Int = 0
    ) -> [Int] {
        (0..<count).map { number in
            let now = at(start + number * milliseconds)
            _ = throttle.tick(now: now)
            let id = UInt32(1000 + number)
            let attempt = Throttle.Attempt(account: account, service: service, addresses: addresses)
            _ = throttle.arrived(id, attempt, now: now)
            return throttle.decided(id, .refused, now: now).delay
        }
    }

    @Test func `after three failures in a row refusals come later and later, up to eight seconds`() {
        var throttle = Self.throttle()
        let delays = Self.delays(9, by: &throttle)
        #expect(delays == [0, 0, 0, 1000, 2000, 4000, 8000, 8000, 8000])
        #expect(throttle.slowedAccounts == 1)
    }

    @Test func `the first refusal that is delayed is news, and no other`() {
        var throttle = Self.throttle()
        var news: [Int?] = []
        for id in 0..<UInt32(8) {
            let now = Self.at(Int(id) * 20_000)
            _ = throttle.tick(now: now)
            _ = throttle.arrived(id, Self.attempt(), now: now)
            news.append(throttle.decided(id, .refused, now: now).news)
        }
        #expect(news == [nil, nil, nil, 4, nil, nil, nil, nil])
    }

    @Test func `a password that is right ends the streak, unless it was known: that is the user's, not the guesser's`()
    {
        var throttle = Self.throttle()
        _ = Self.delays(5, by: &throttle)
        let own = Throttle.Attempt(account: Self.alice, service: "smtp", isKnown: true)
        let known = throttle.arrived(1, own, now: Self.at(100_000))
        let effect = throttle.decided(1, .accepted, now: Self.at(100_000))
        #expect(known == .proceed && effect == Throttle.Effect())
        #expect(throttle.slowedAccounts == 1)
        _ = throttle.tick(now: Self.at(110_000))
        _ = throttle.arrived(2, Throttle.Attempt(account: Self.alice, service: "smtp"), now: Self.at(110_000))
        _ = throttle.decided(2, .accepted, now: Self.at(110_000))
        #expect(throttle.slowedAccounts == 0)
        let delays = Self.delays(4, by: &throttle)
        #expect(delays == [0, 0, 0, 1000])
    }

    @Test func `a service that accepts everything ends the streak of no other`() {
        var throttle = Self.throttle()
        var delays: [Int] = []
        for round in 0..<6 {
            delays += Self.delays(1, by: &throttle)
            let now = Self.at(round * 20_000 + 1)
            _ = throttle.arrived(7, Throttle.Attempt(account: Self.alice, service: "su"), now: now)
            _ = throttle.decided(7, .accepted, now: now)
        }
        #expect(delays == [0, 0, 0, 1000, 2000, 4000])
    }

    @Test func `a login is guessed no faster by naming ever other services`() {
        var throttle = Self.throttle()
        let delays = (0..<20).flatMap {
            Self.delays(1, at: ByteString("service\($0)"), by: &throttle, since: $0 * 20_000)
        }
        #expect(delays[..<5] == [0, 0, 0, 1000, 2000] && delays[19] == 8000)
    }

    @Test func `a right password ends no streak of its address`() {
        var throttle = Self.throttle()
        var delays: [Int] = []
        for round in 0..<5 {
            delays += Self.delays(1, of: FoldedName(ByteString("user\(round)")), from: Self.address, by: &throttle)
            let now = Self.at(round * 20_000 + 1)
            _ = throttle.arrived(7, Self.attempt(Self.bob, from: Self.address), now: now)
            _ = throttle.decided(7, .accepted, now: now)
        }
        #expect(delays == [0, 0, 0, 1000, 2000])
    }

    @Test func `what could not be found out is no failure`() {
        var throttle = Self.throttle()
        for id in 0..<UInt32(12) { _ = throttle.arrived(id, Self.attempt(), now: Self.at(0)) }
        for id in 0..<UInt32(12) {
            let effect = throttle.decided(id, .unavailable, now: Self.at(0))
            #expect(effect.delay == 0 && effect.news == nil)
        }
        #expect(throttle.slowedAccounts == 0 && throttle.waiting == 0)
    }

    @Test func `other logins are not slowed down, those from the same address are`() {
        var throttle = Self.throttle()
        _ = Self.delays(5, from: Self.address, by: &throttle)
        let elsewhere = Self.delays(1, of: Self.bob, by: &throttle)
        let same = Self.delays(1, of: Self.bob, from: Self.address, by: &throttle)
        #expect(elsewhere == [0])
        #expect(same == [4000])
        #expect(throttle.slowedAddresses == 1)
    }

    @Test func `ever other networks of one customer of IPv6 are slowed down together`() {
        var throttle = Self.throttle()
        let delays = (0..<40).map { number in
            let client = ClientAddress(ByteString("2001:db8:1:\(String(number * 300, radix: 16))::1;25"))
            let blocks = AddressBlock.blocks(of: client)
            return Self.delays(1, of: FoldedName(ByteString("user\(number)")), from: blocks, by: &throttle)[0]
        }
        #expect(delays[..<12].allSatisfy { $0 == 0 } && delays[12] == 1000 && delays[39] == 8000)
    }

    @Test func `three attempts at a login are in flight, one more that comes again, and further ones wait`() {
        var throttle = Self.throttle()
        let admissions = (0..<UInt32(6)).map { throttle.arrived($0, Self.attempt(), now: Self.at(0)) }
        #expect(admissions[..<3].allSatisfy { $0 == .proceed })
        #expect(admissions[3...].allSatisfy { $0 == .wait(turnedAway: nil, answered: nil) })
        #expect(throttle.waiting == 3 && throttle.longestWaiting == 3)
        let other = throttle.arrived(20, Self.attempt(Self.bob), now: Self.at(0))
        let known = throttle.arrived(21, .init(account: Self.alice, isKnown: true), now: Self.at(0))
        #expect(other == .proceed && known == .proceed, "neither another login nor a known password waits")
        let again = throttle.arrived(22, .init(account: Self.alice, isRepeated: true), now: Self.at(0))
        #expect(again == .proceed, "the place that is kept for it")
        #expect(throttle.arrived(23, .init(account: Self.alice, isRepeated: true), now: Self.at(0)) != .proceed)
        let effect = throttle.decided(0, .accepted, now: Self.at(0))
        #expect(effect.next == [23], "it goes before those that came first")
        let gone = throttle.decided(4, .unavailable, now: Self.at(0))
        #expect(gone.next == [], "it only waited")
        let last = throttle.decided(1, .refused, now: Self.at(0))
        #expect(last.next == [], "two that come again are in flight, and one place is kept")
        #expect(throttle.decided(22, .unavailable, now: Self.at(0)).next == [3])
        #expect(throttle.waiting == 1)
    }

    @Test func `attempts with a password that is being decided on tell a guesser nothing more, and take no place`()
        throws
    {
        let passwords = try RecentPasswordsTests.values(2)
        var throttle = Self.throttle(.init(attempts: 1, reserved: 0))
        let same = Throttle.Attempt(account: Self.alice, password: passwords[0])
        let admissions = (0..<UInt32(50)).map { throttle.arrived($0, same, now: Self.at(0)) }
        #expect(admissions.allSatisfy { $0 == .proceed })
        let other = throttle.arrived(60, .init(account: Self.alice, password: passwords[1]), now: Self.at(0))
        #expect(other == .wait(turnedAway: nil, answered: nil))
        #expect(throttle.decided(1, .refused, now: Self.at(0)).next == [], "it had no place to give")
        #expect(throttle.decided(0, .refused, now: Self.at(0)).next == [60])
        #expect(
            throttle.arrived(61, same, now: Self.at(0)) != .proceed,
            "once it was decided on it is a guess like any other"
        )
        for id in UInt32(2)..<50 { _ = throttle.decided(id, .refused, now: Self.at(0)) }
        #expect(throttle.decided(60, .accepted, now: Self.at(0)).next == [61])
    }

    @Test func `where too many refusals are delayed, places are free earlier, and none before its turn`() {
        var throttle = Self.throttle(.init(freeFailures: 0, attempts: 1, reserved: 0, rows: 100))
        for number in 0..<UInt32(200) {
            _ = throttle.arrived(number, Self.attempt(FoldedName(ByteString("user\(number)"))), now: Self.at(0))
            let effect = throttle.decided(number, .refused, now: Self.at(0))
            #expect(effect.delay == 1000)
        }
        _ = throttle.arrived(300, Self.attempt(FoldedName("user199")), now: Self.at(0))
        #expect(throttle.waiting == 1, "the last one has its place still")
        #expect(throttle.tick(now: Self.at(1000)) == [300])
    }

    @Test func `a refusal that is delayed keeps its place until it is sent`() {
        var throttle = Self.throttle(.init(freeFailures: 0, attempts: 1, reserved: 0))
        _ = throttle.arrived(1, Self.attempt(), now: Self.at(0))
        let effect = throttle.decided(1, .refused, now: Self.at(0))
        #expect(effect.delay == 1000 && effect.next == [])
        let admission = throttle.arrived(2, Self.attempt(), now: Self.at(1))
        #expect(admission == .wait(turnedAway: nil, answered: nil))
        let early = throttle.tick(now: Self.at(999))
        let due = throttle.tick(now: Self.at(1000))
        #expect(early == [] && due == [2])
    }

    @Test func `when many wait, those whose refusal is delayed get it now, the oldest first, and keep their place`() {
        var throttle = Self.throttle(.init(freeFailures: 0, attempts: 2, reserved: 0, crowd: 1))
        for id in [UInt32(1), 2] {
            _ = throttle.arrived(id, Self.attempt(), now: Self.at(0))
            _ = throttle.decided(id, .refused, now: Self.at(0))
        }
        let answered = (UInt32(3)...6).map { throttle.arrived($0, Self.attempt(), now: Self.at(1)) }
        #expect(
            answered == [
                .wait(turnedAway: nil, answered: nil), .wait(turnedAway: nil, answered: 1),
                .wait(turnedAway: nil, answered: 2), .wait(turnedAway: nil, answered: nil),
            ]
        )
        #expect(throttle.tick(now: Self.at(999)) == [])
    }

    @Test func `no more wait than may, and of those that come for the first time one goes at random`() {
        var throttle = Self.throttle(.init(attempts: 1, reserved: 0, waiting: 2)) { $0 - 1 }
        let admissions = (0..<UInt32(4)).map { throttle.arrived($0, Self.attempt(), now: Self.at(Int($0))) }
        #expect(
            admissions == [
                .proceed, .wait(turnedAway: nil, answered: nil), .wait(turnedAway: nil, answered: nil),
                .wait(turnedAway: 3, answered: nil),
            ]
        )
        #expect(throttle.waiting == 2)
        #expect(throttle.decided(3, .unavailable, now: Self.at(9)) == Throttle.Effect(), "it was turned away")
        let again = throttle.arrived(5, .init(account: Self.alice, isRepeated: true), now: Self.at(10))
        #expect(again == .wait(turnedAway: 2, answered: nil), "one that comes again stays")
        #expect(throttle.waiting == 2)
    }

    @Test func `an address with many requests has no better chance than one with few`() {
        var picks: [Int] = []
        var throttle = Self.throttle(.init(attempts: 1, reserved: 0)) { count in
            picks.append(count)
            return count - 1
        }
        _ = throttle.arrived(0, Self.attempt(), now: Self.at(0))
        for id in UInt32(1)...8 { _ = throttle.arrived(id, Self.attempt(from: Self.address), now: Self.at(0)) }
        _ = throttle.arrived(
            9,
            Self.attempt(from: AddressBlock.blocks(of: ClientAddress("198.51.100.1"))),
            now: Self.at(0)
        )
        #expect(throttle.decided(0, .refused, now: Self.at(0)).next == [9])
        #expect(picks == [2, 1], "one of two addresses, then one of its requests")
    }

    @Test func `a spelling that the mechanism knows by another name counts for that`() {
        var throttle = Self.throttle()
        for number in 0..<UInt32(3) {
            _ = throttle.arrived(number, Self.attempt(FoldedName(ByteString("spelling\(number)"))), now: Self.at(0))
            let effect = throttle.decided(number, .refused, account: Self.alice, now: Self.at(0))
            #expect(effect == Throttle.Effect())
        }
        _ = throttle.arrived(9, Self.attempt(FoldedName("another")), now: Self.at(0))
        #expect(throttle.decided(9, .refused, account: Self.alice, now: Self.at(0)).delay == 1000)
        #expect(throttle.rowCount == 1)
    }

    @Test func `where enough are guessing at an account, nobody learns of an outcome by a new spelling`() {
        var throttle = Self.throttle(.init(freeFailures: 0))
        for number in 0..<UInt32(3) {
            _ = throttle.arrived(number, Self.attempt(), now: Self.at(0))
            _ = throttle.decided(number, .refused, now: Self.at(0))
        }
        for (number, outcome) in [Throttle.Outcome.refused, .accepted].enumerated() {
            let id = UInt32(10 + number)
            let admission = throttle.arrived(id, Self.attempt(FoldedName(ByteString("new\(number)"))), now: Self.at(1))
            #expect(admission == .proceed)
            let effect = throttle.decided(id, outcome, account: Self.alice, now: Self.at(1))
            #expect(effect.isTurnedAway && effect.delay == 0 && effect.news == nil)
        }
        #expect(throttle.rowCount == 1)
    }

    @Test func `a password that is sent twice at once tells no more by a new spelling`() throws {
        let passwords = try RecentPasswordsTests.values(1)
        var throttle = Self.throttle(.init(freeFailures: 0))
        for number in 0..<UInt32(3) {
            _ = throttle.arrived(number, Self.attempt(), now: Self.at(0))
            _ = throttle.decided(number, .refused, now: Self.at(0))
        }
        let spelled = Throttle.Attempt(account: FoldedName("another"), password: passwords[0])
        for id in UInt32(10)..<14 { #expect(throttle.arrived(id, spelled, now: Self.at(1)) == .proceed) }
        for id in [UInt32(11), 10, 12, 13] {
            #expect(throttle.decided(id, .refused, account: Self.alice, now: Self.at(1)).isTurnedAway)
        }
        #expect(throttle.rowCount == 1)
        // With a place it is an attempt like any other.
        var free = Self.throttle(.init(freeFailures: 0))
        for id in UInt32(10)..<16 { _ = free.arrived(id, spelled, now: Self.at(1)) }
        let outcomes = [UInt32(11), 10, 12, 13, 14, 15].map {
            free.decided($0, .refused, account: Self.alice, now: Self.at(1)).isTurnedAway
        }
        #expect(outcomes == [false, false, false, true, true, true])
        #expect(free.tick(now: Self.at(60_000)) == [] && free.rowCount == 1)
    }

    @Test func `a streak is forgotten after a quarter of an hour`() {
        var throttle = Self.throttle()
        _ = Self.delays(5, from: Self.address, by: &throttle, every: 0)
        _ = throttle.tick(now: Self.at(899_999))
        #expect(throttle.slowedAccounts == 1 && throttle.slowedAddresses == 1)
        _ = throttle.tick(now: Self.at(900_000))
        #expect(throttle.slowedAccounts == 0 && throttle.slowedAddresses == 0)
        #expect(!throttle.needsTime)
    }

    /// Guesses at one login come each `interval` milliseconds, each decided on at once; gives how many were looked at in each minute.
    private static func guess(minutes: Int, every interval: Int, isRepeated: (Int) -> Bool = { _ in false }) -> [Int] {
        var generator = SystemRandomNumberGenerator()
        var throttle = Self.throttle { Int.random(in: 0..<$0, using: &generator) }
        var looked = [Int](repeating: 0, count: minutes)
        var turn: [UInt32] = []
        var id: UInt32 = 0
        for time in stride(from: 0, to: minutes * 60_000, by: interval) {
            let now = Self.at(time)
            turn += throttle.tick(now: now)
            id += 1
            let attempt = Throttle.Attempt(account: Self.alice, isRepeated: isRepeated(Int(id)))
            if throttle.arrived(id, attempt, now: now) == .proceed { turn.append(id) }
            while let next = turn.popLast() {
                looked[time / 60_000] += 1
                turn += throttle.decided(next, .refused, now: now).next
            }
        }
        #expect(throttle.waiting <= 10)
        return looked
    }

    @Test(arguments: [1, 16, 700])
    func `one login is looked at 40 times a minute at most, however fast it is guessed`(interval: Int) {
        let looked = Self.guess(minutes: interval == 1 ? 1 : 5, every: interval)
        #expect(looked.allSatisfy { $0 <= 40 && $0 >= 15 }, "\(looked)")
        let repeating = Self.guess(minutes: interval == 1 ? 1 : 5, every: interval) { $0 % 2 == 0 }
        #expect(repeating.allSatisfy { $0 <= 40 && $0 >= 15 }, "\(repeating)")
    }

    @Test func `a right password that comes again is looked at within ten seconds while others guess`() {
        var generator = SystemRandomNumberGenerator()
        var throttle = Self.throttle { Int.random(in: 0..<$0, using: &generator) }
        var id: UInt32 = 0
        var right: UInt32 = 0
        var waits: [Int] = []
        var isWaiting = false
        var since = 0
        for time in stride(from: 0, to: 600_000, by: 16) {
            let now = Self.at(time)
            var turn = throttle.tick(now: now)
            id += 1
            if case .proceed = throttle.arrived(id, Self.attempt(), now: now) { turn.append(id) }
            // The user comes every twenty seconds, for the second time: the first one was turned away.
            if !isWaiting, time >= waits.count * 20_000 + 20_000 {
                id += 1
                (right, isWaiting, since) = (id, true, time)
                let attempt = Throttle.Attempt(account: Self.alice, isRepeated: true)
                if case .proceed = throttle.arrived(right, attempt, now: now) { turn.append(right) }
            }
            while let next = turn.popLast() {
                if next == right, isWaiting {
                    isWaiting = false
                    waits.append(time - since)
                }
                turn += throttle.decided(next, next == right ? .unavailable : .refused, now: now).next
            }
        }
        #expect(waits.count >= 28 && waits.allSatisfy { $0 < 10_000 }, "\(waits)")
    }

    @Test func `fifty times as many logins and addresses leave no more rows than may be`() {
        var throttle = Self.throttle(.init(rows: 1000))
        for number in 0..<UInt32(50_000) {
            let parts = [number >> 16, number & 0xFFFF].map { String($0, radix: 16) }
            let client = ClientAddress(ByteString("2001:db8:\(parts[0]):\(parts[1])::1"))
            let blocks = AddressBlock.blocks(of: client)
            _ = throttle.arrived(
                number,
                Self.attempt(FoldedName(ByteString("user\(number)")), from: blocks),
                now: Self.at(0)
            )
            _ = throttle.decided(number, .refused, now: Self.at(0))
        }
        #expect(throttle.rowCount <= 3000)
    }
}
