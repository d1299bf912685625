import Authentication
import Platform
import Testing

@testable import Frontend

@Suite struct EvenTimesTests {
    private static let start = Instant(nanoseconds: 1_000_000_000_000)

    /// How long the last of some answers waits that take as many microseconds, one after the other, `pause` apart.
    private static func wait(_ times: [Int], pause: Int = 1_000) -> Int {
        var even = EvenTimes()
        var (now, last) = (start, 0)
        for time in times {
            let begin = now.advanced(milliseconds: pause)
            now = begin.advanced(microseconds: time)
            last = Int(even.due(begin: begin, now: now).nanoseconds - now.nanoseconds) / 1_000
        }
        return last
    }

    @Test func `a quick answer comes when a slow one would, and a slow one at once`() {
        #expect(Self.wait([2_040, 2_010]) == 30)
        #expect(Self.wait([2_010, 2_040]) == 0)
        #expect(Self.wait(Array(repeating: 2_040, count: 30) + [2_010]) == 30)
    }

    @Test func `that one of sixteen is much slower delays no other`() {
        let usual = Array(repeating: 2_000, count: 15)
        #expect(Self.wait([90_000] + usual + usual + [90_000] + usual + usual) == 0)
    }

    @Test func `sixty-four answers are remembered, for a minute`() {
        #expect(Self.wait(Array(repeating: 5_000, count: 64) + Array(repeating: 1_000, count: 4), pause: 1) == 4_000)
        #expect(Self.wait(Array(repeating: 5_000, count: 64) + Array(repeating: 1_000, count: 64), pause: 1) == 0)
        #expect(Self.wait([5_000, 1_000], pause: 59_000) == 4_000)
        #expect(Self.wait([5_000, 1_000], pause: 60_001) == 0)
    }

    @Test func `none waits longer than a quarter of a second`() {
        #expect(Self.wait([9_000_000, 1_000]) == 250_000)
    }

    // MARK: In the ledger

    private static func bed(_ mechanism: String) throws -> LedgerBed {
        let bed = try LedgerBed("--throttle on -n 50", mechanisms: [mechanism])
        bed.serve(parallel: 100)
        return bed
    }

    /// The microseconds until the answer to a request whose verdict comes after as many.
    private static func answer(
        _ bed: LedgerBed,
        _ verdict: Verdict,
        after time: Int,
        terms: RequestTerms = .usual,
        login: String = "alice"
    ) throws -> Int {
        let client = bed.connect()
        let begin = bed.now
        let request = try #require(bed.ask(client, login, "guess \(begin.nanoseconds)", terms: terms))
        bed.advance(microseconds: time)
        bed.decide(request, by: 1, verdict)
        for _ in 0..<2_000 where bed.verdicts(of: client).isEmpty { bed.advance(microseconds: 1_000) }
        #expect(bed.verdicts(of: client) == [verdict])
        return Int(bed.now.nanoseconds - begin.nanoseconds) / 1_000
    }

    @Test(arguments: ["getpwent", "ldap", "mysql", "shadow"])
    func `a refusal waits for the time of the slow ones, and nothing else does`(mechanism: String) throws {
        let bed = try Self.bed(mechanism)
        #expect(try Self.answer(bed, .refused(.wrongPassword), after: 9_000, login: "known") == 9_000)
        #expect(try Self.answer(bed, .refused(.unknownUser), after: 4_000, login: "unknown") == 9_000)
        #expect(try Self.answer(bed, .accepted, after: 4_000, login: "right") == 4_000)
        #expect(try Self.answer(bed, .unavailable(Unavailability("gone")), after: 4_000, login: "other") == 4_000)
    }

    @Test func `the delay of a guess begins when its refusal would have come`() throws {
        let bed = try Self.bed("mysql")
        for _ in 0..<3 { _ = try Self.answer(bed, .refused(.wrongPassword), after: 9_000) }
        #expect(try Self.answer(bed, .refused(.wrongPassword), after: 4_000) == 1_009_000)
    }

    @Test func `so do the parameters of a challenge, which no refusal delays`() throws {
        let bed = try Self.bed("mysql")
        let terms = RequestTerms(kind: .preparation)
        _ = try Self.answer(bed, .refused(.wrongPassword), after: 90_000)
        #expect(try Self.answer(bed, .accepted, after: 9_000, terms: terms) == 9_000)
        #expect(try Self.answer(bed, .accepted, after: 4_000, terms: terms) == 9_000)
    }

    @Test(arguments: ["sasldb", "pam", "rimap", "x"])
    func `where the same is done for everybody, or the back end sees to it, none waits`(mechanism: String) throws {
        let bed = try Self.bed(mechanism)
        #expect(try Self.answer(bed, .refused(.wrongPassword), after: 9_000, login: "known") == 9_000)
        #expect(try Self.answer(bed, .refused(.unknownUser), after: 4_000, login: "unknown") == 4_000)
    }
}
