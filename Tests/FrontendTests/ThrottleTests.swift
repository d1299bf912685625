import Authentication
import Platform
import Testing

@testable import Frontend

@Suite struct ThrottleTests {
    static let alice = Throttle.Account(login: "alice", realm: "example.org")
    static let bob = Throttle.Account(login: "bob", realm: "example.org")
    static let address = AddressBlock(Array("192.0.2.1;25".utf8))

    static func at(_ milliseconds: Int) -> Instant {
        Instant(nanoseconds: 1_000_000_000_000).advanced(milliseconds: milliseconds)
    }

    /// Attempts of one after the other; gives the delays of their refusals.
    private static func delays(
        _ count: Int,
        of account: Throttle.Account = alice,
        from address: AddressBlock? = nil,
        by throttle: inout Throttle,
        every milliseconds: Int = 20_000
    ) -> [Int] {
        (0..<count).map { number in
            let now = at(number * milliseconds)
            _ = throttle.tick(now: now)
            let id = UInt32(1000 + number)
            _ = throttle.arrived(id, account: account, address: address, isKnown: false, now: now)
            return throttle.decided(id, .refused, now: now).delay
        }
    }

    @Test func `after three failures in a row refusals come later and later, up to fifteen seconds`() {
        var throttle = Throttle()
        let delays = Self.delays(10, by: &throttle)
        #expect(delays == [0, 0, 0, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
        #expect(throttle.slowedAccounts == 1)
    }

    @Test func `the first refusal that is held back is news, and no other`() {
        var throttle = Throttle()
        var news: [Int?] = []
        for id in 0..<UInt32(8) {
            let now = Self.at(Int(id) * 20_000)
            _ = throttle.tick(now: now)
            _ = throttle.arrived(id, account: Self.alice, address: nil, isKnown: false, now: now)
            news.append(throttle.decided(id, .refused, now: now).news)
        }
        #expect(news == [nil, nil, nil, 4, nil, nil, nil, nil])
    }

    @Test func `a password that is right ends the row, unless it was known: that is the user's, not the guesser's`() {
        var throttle = Throttle()
        _ = Self.delays(5, by: &throttle)
        let known = throttle.arrived(1, account: Self.alice, address: nil, isKnown: true, now: Self.at(100_000))
        let effect = throttle.decided(1, .accepted, now: Self.at(100_000))
        #expect(known == .proceed && effect == Throttle.Effect())
        #expect(throttle.slowedAccounts == 1)
        _ = throttle.tick(now: Self.at(110_000))
        _ = throttle.arrived(2, account: Self.alice, address: nil, isKnown: false, now: Self.at(110_000))
        _ = throttle.decided(2, .accepted, now: Self.at(110_000))
        #expect(throttle.slowedAccounts == 0)
        let delays = Self.delays(4, by: &throttle)
        #expect(delays == [0, 0, 0, 1000])
    }

    @Test func `what could not be found out is no failure`() {
        var throttle = Throttle()
        for id in 0..<UInt32(20) {
            _ = throttle.arrived(id, account: Self.alice, address: nil, isKnown: false, now: Self.at(0))
        }
        for id in 0..<UInt32(20) {
            let effect = throttle.decided(id, .unavailable, now: Self.at(0))
            #expect(effect.delay == 0 && effect.news == nil)
        }
        #expect(throttle.slowedAccounts == 0 && throttle.waiting == 0)
    }

    @Test func `other logins are not slowed down, those from the same address are`() {
        var throttle = Throttle()
        _ = Self.delays(5, from: Self.address, by: &throttle)
        let elsewhere = Self.delays(1, of: Self.bob, by: &throttle)
        let same = Self.delays(1, of: Self.bob, from: Self.address, by: &throttle)
        #expect(elsewhere == [0])
        #expect(same == [4000])
        #expect(throttle.slowedAddresses == 1)
    }

    @Test func `ten attempts at a login are in the works, further ones wait for their turn`() {
        var throttle = Throttle()
        let admissions = (0..<UInt32(13)).map {
            throttle.arrived($0, account: Self.alice, address: nil, isKnown: false, now: Self.at(0))
        }
        #expect(admissions[..<10].allSatisfy { $0 == .proceed })
        #expect(admissions[10...].allSatisfy { $0 == .wait(dropping: nil) })
        #expect(throttle.waiting == 3 && throttle.longestWaiting == 10)
        let other = throttle.arrived(20, account: Self.bob, address: nil, isKnown: false, now: Self.at(0))
        let known = throttle.arrived(21, account: Self.alice, address: nil, isKnown: true, now: Self.at(0))
        #expect(other == .proceed && known == .proceed, "neither another login nor a known password waits")
        let effect = throttle.decided(0, .accepted, now: Self.at(0))
        #expect(effect.next == [10])
        let gone = throttle.decided(11, .unavailable, now: Self.at(0))
        #expect(gone.next == [], "it only waited")
        let last = throttle.decided(1, .refused, now: Self.at(0))
        #expect(last.next == [12])
        #expect(throttle.waiting == 0)
    }

    @Test func `a refusal that is held back keeps its place until it is told`() {
        var throttle = Throttle(limits: .init(freeFailures: 0, attempts: 1))
        _ = throttle.arrived(1, account: Self.alice, address: nil, isKnown: false, now: Self.at(0))
        let effect = throttle.decided(1, .refused, now: Self.at(0))
        #expect(effect.delay == 1000 && effect.next == [])
        let admission = throttle.arrived(2, account: Self.alice, address: nil, isKnown: false, now: Self.at(1))
        #expect(admission == .wait(dropping: nil))
        let early = throttle.tick(now: Self.at(999))
        let due = throttle.tick(now: Self.at(1000))
        #expect(early == [] && due == [2])
    }

    @Test func `no more wait than may, and the one goes that has waited longest`() {
        var throttle = Throttle(limits: .init(attempts: 1, waiting: 2))
        let admissions = (0..<UInt32(5)).map {
            throttle.arrived($0, account: Self.alice, address: nil, isKnown: false, now: Self.at(Int($0)))
        }
        #expect(
            admissions == [
                .proceed, .wait(dropping: nil), .wait(dropping: nil), .wait(dropping: 1), .wait(dropping: 2),
            ]
        )
        #expect(throttle.waiting == 2 && throttle.longestWaiting == 3)
        let dropped = throttle.decided(1, .unavailable, now: Self.at(9))
        #expect(dropped == Throttle.Effect())
    }

    @Test func `a row is forgotten after a quarter of an hour`() {
        var throttle = Throttle()
        _ = Self.delays(5, from: Self.address, by: &throttle, every: 0)
        _ = throttle.tick(now: Self.at(899_999))
        #expect(throttle.slowedAccounts == 1 && throttle.slowedAddresses == 1)
        _ = throttle.tick(now: Self.at(900_000))
        #expect(throttle.slowedAccounts == 0 && throttle.slowedAddresses == 0)
        #expect(!throttle.needsTime)
    }

    @Test func `one login, guessed as fast as can be, is looked at no more often than the rules allow`() {
        var throttle = Throttle()
        var looked = 0
        var turn: [UInt32] = []
        var id: UInt32 = 0
        let minutes = 10
        // A guess each millisecond, each decided on at once when its turn comes.
        for time in 0..<minutes * 60_000 {
            let now = Self.at(time)
            turn += throttle.tick(now: now)
            id += 1
            if throttle.arrived(id, account: Self.alice, address: nil, isKnown: false, now: now) == .proceed {
                turn.append(id)
            }
            while let next = turn.popLast() {
                looked += 1
                turn += throttle.decided(next, .refused, now: now).next
            }
        }
        // Ten places, each for fifteen seconds, after those that were let off or held back for less.
        #expect(looked <= 10 * minutes * 60 / 15 + 10 + 7)
        #expect(looked >= 10 * minutes * 60 / 15, "nobody is locked out")
        #expect(throttle.waiting == 100)
    }

    @Test func `a million logins and addresses leave no more rows than may be`() {
        var throttle = Throttle(limits: .init(rows: 1000))
        for number in 0..<UInt32(1_000_000) {
            let account = Throttle.Account(login: ByteString("user\(number)"), realm: "")
            let address = AddressBlock(
                Array("2001:db8:\(String(number >> 16, radix: 16)):\(String(number & 0xFFFF, radix: 16))::1".utf8)
            )
            _ = throttle.arrived(number, account: account, address: address, isKnown: false, now: Self.at(0))
            _ = throttle.decided(number, .refused, now: Self.at(0))
        }
        #expect(throttle.rowCount <= 2000)
    }

    @Test func `logins that are longer than can be told apart are one`() {
        let long = [UInt8](repeating: 0x61, count: 256)
        let first = Throttle.Account(login: ByteString(long + [0x62]), realm: "")
        let second = Throttle.Account(login: ByteString(long + [0x63]), realm: "")
        #expect(first == second)
    }
}
