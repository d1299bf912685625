import Authentication
import Platform
import Testing

@testable import Frontend

@Suite struct EvenTimesTests {
    private static let start = Instant(nanoseconds: 1_000_000_000_000)

    /// How long the last of some answers waits that take as many microseconds, one after the other, `pause` apart;
    /// those of users who do not exist are negative.
    private static func wait(_ times: [Int], pause: Int = 1_000) -> Int {
        var even = EvenTimes()
        var (now, last) = (start, 0)
        for time in times {
            let begin = now.advanced(milliseconds: pause)
            now = begin.advanced(microseconds: abs(time))
            last = Int(even.due(begin: begin, isOfKnown: time > 0, now: now).nanoseconds - now.nanoseconds) / 1_000
        }
        return last
    }

    @Test func `a quick answer comes when a slow one would, and a slow one at once`() {
        #expect(Self.wait([2_040, -2_010]) == 30)
        #expect(Self.wait([-2_010, 2_040]) == 0)
        #expect(Self.wait(Array(repeating: 2_040, count: 30) + [-2_010]) == 30)
    }

    @Test func `what one of sixteen needs, or more than twice the median, delays no other`() {
        let usual = Array(repeating: 2_000, count: 15)
        #expect(Self.wait([90_000] + usual + usual + [90_000] + usual + usual) == 0)
        #expect(Self.wait([2_000, 2_000, 90_000, 2_000]) == 2_000)
        // Two that differ come at the same time, although one was slow.
        #expect(Self.wait([2_000, 2_000, 90_000, 2_030, 2_060]) == 2_000)
        #expect(Self.wait([2_000, 2_000, 90_000, 2_030, 2_030]) == 2_030)
    }

    @Test func `many names that do not exist do not hide how long one takes that does`() {
        let nobody = Array(repeating: -2_000, count: 200)
        #expect(Self.wait([2_060] + nobody, pause: 1) == 60)
        #expect(Self.wait([2_060] + nobody + [2_060], pause: 1) == 0)
        #expect(Self.wait([2_060] + nobody + [2_030], pause: 1) == 30)
    }

    @Test func `sixty-four answers are remembered, for a quarter of an hour`() {
        #expect(Self.wait(Array(repeating: 2_000, count: 64) + Array(repeating: -1_500, count: 64), pause: 1) == 500)
        #expect(Self.wait(Array(repeating: 2_000, count: 64) + Array(repeating: 1_500, count: 64), pause: 1) == 0)
        #expect(Self.wait([2_000, -1_500], pause: 890_000) == 500)
        #expect(Self.wait([2_000, -1_500, -1_500], pause: 460_000) == 0)
    }

    @Test func `none waits longer than a second`() {
        #expect(Self.wait([9_000_000, 9_000_000, 1_000]) == 1_000_000)
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

    @Test func `nothing waits beyond --max-delay, nor beyond the deadline of its client`() throws {
        let bed = try LedgerBed("--max-delay 0", mechanisms: ["mysql"])
        bed.serve(parallel: 100)
        #expect(try Self.answer(bed, .refused(.wrongPassword), after: 9_000, login: "known") == 9_000)
        #expect(try Self.answer(bed, .refused(.unknownUser), after: 4_000, login: "unknown") == 4_000)
        let other = try Self.bed("mysql")
        for kind in [RequestKind.password, .preparation] {
            let terms = RequestTerms(deadline: 5, longestDelay: 5_000, kind: kind)
            let verdict = kind == .password ? Verdict.refused(.wrongPassword) : .accepted
            // A request is not begun if checks usually take longer than its deadline.
            for _ in 0..<5 { _ = try Self.answer(other, .accepted, after: 1_000, login: "right") }
            let usual = RequestTerms(kind: kind)
            #expect(try Self.answer(other, verdict, after: 9_000, terms: usual, login: "known") == 9_000)
            let time = try Self.answer(other, verdict, after: 4_000, terms: terms, login: "other")
            #expect((4_000...6_000).contains(time))
        }
    }

    @Test func `no refusal that only waits for others ends a penalty`() throws {
        let bed = try LedgerBed("--throttle off --max-delay 60 -n 50", mechanisms: ["mysql"])
        bed.serve(parallel: 100)
        #expect(try Self.answer(bed, .refused(.wrongPassword), after: 9_000, login: "known") == 9_000)
        func refuse(_ login: String, delay: Int, after time: Int) throws -> ClientID {
            let client = bed.connect()
            let request = try #require(bed.ask(client, login, "guess"))
            bed.advance(microseconds: time)
            let finding = Finding(.refused(.unknownUser), delay: delay)
            bed.tell { _ = $0.verdict(on: request, from: 1, of: 0, finding, now: $1, into: &$2) }
            return client
        }
        let punished = try (0..<50).map { try refuse("user\($0)", delay: 30_000, after: 0) }
        for number in 0..<20 {
            let client = try refuse("nobody\(number)", delay: 0, after: 4_000)
            #expect(bed.verdicts(of: client).isEmpty)
        }
        #expect(punished.allSatisfy { bed.verdicts(of: $0).isEmpty })
    }

    @Test func `a mechanism that is quicker for nobody is even with those after it`() throws {
        let bed = try LedgerBed("--throttle off -n 50 --next-on unknown", mechanisms: ["shadow", "sasldb"])
        bed.serve(parallel: 100)
        let (known, unknown) = (bed.connect(), bed.connect())
        let first = try #require(bed.ask(unknown, "nobody", "guess"))
        bed.advance(microseconds: 4_000)
        bed.decide(first, by: 1, .refused(.unknownUser))
        bed.advance(microseconds: 1_000)
        bed.decide(first, by: 1, of: 1, .refused(.unknownUser))
        #expect(bed.verdicts(of: unknown) == [.refused(.unknownUser)])
        let second = try #require(bed.ask(known, "alice", "guess"))
        bed.advance(microseconds: 4_100)
        bed.decide(second, by: 1, .refused(.wrongPassword))
        bed.advance(microseconds: 800)
        #expect(bed.verdicts(of: known).isEmpty)
        bed.advance(microseconds: 100)
        #expect(bed.verdicts(of: known) == [.refused(.wrongPassword)])
    }

    @Test(arguments: ["sasldb", "pam", "rimap", "x"])
    func `where the same is done for everybody, or the back end sees to it, none waits`(mechanism: String) throws {
        let bed = try Self.bed(mechanism)
        #expect(try Self.answer(bed, .refused(.wrongPassword), after: 9_000, login: "known") == 9_000)
        #expect(try Self.answer(bed, .refused(.unknownUser), after: 4_000, login: "unknown") == 4_000)
    }
}
