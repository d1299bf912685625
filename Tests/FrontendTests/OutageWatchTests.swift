import Authentication
import Folding
import Platform
import Testing

@testable import Frontend

@Suite struct OutageWatchTests {
    private static let own = Unavailability("its own trouble")
    private static let all = Unavailability("no server", scope: .mechanism)

    private static func at(_ milliseconds: Int) -> Instant { ThrottleTests.at(milliseconds) }

    /// Logins without a verdict, a second apart.
    private static func failing(_ logins: [FoldedName], with unavailability: Unavailability = own) -> OutageWatch {
        var watch = OutageWatch()
        for (number, login) in logins.enumerated() {
            watch.failed(login, unavailability, now: at(number * 1000))
        }
        return watch
    }

    @Test func `one login without a verdict is no outage, however often it comes and however it is spelled`() {
        let logins = (0..<40).map { FoldedName($0 % 2 == 0 ? "alice" : "ALICE") }
        let watch = Self.failing(logins)
        #expect(watch.outage == nil)
        #expect(!watch.excuses(now: Self.at(1_000_000)))
    }

    @Test func `three logins in a row are an outage, since the first, for the last reason`() {
        let names = ["alice", "bob", "carol"].map { FoldedName($0) }
        #expect(Self.failing(Array(names.prefix(2))).outage == nil)
        var watch = Self.failing(names)
        #expect(watch.outage?.since == Self.at(0))
        watch.failed(names[0], Unavailability("another reason"), now: Self.at(5000))
        #expect(watch.outage?.reason == "another reason")
        watch.answered()
        #expect(watch.outage == nil)
    }

    @Test func `an outage excuses logins when it has lasted for ten seconds, or was declared`() {
        let names = ["alice", "bob", "carol"].map { FoldedName($0) }
        let watch = Self.failing(names)
        #expect(!watch.excuses(now: Self.at(9_999)))
        #expect(watch.excuses(now: Self.at(10_000)))
        let declared = Self.failing([names[0]], with: Self.all)
        #expect(declared.outage?.reason == "no server")
        #expect(declared.excuses(now: Self.at(0)))
    }

    @Test func `a guesser who tries many such logins is not excused while others get verdicts`() {
        var watch = OutageWatch()
        for number in 0..<100 {
            for login in ["a", "b", "c", "d"] {
                watch.failed(FoldedName(ByteString(login)), Self.own, now: Self.at(number * 1000))
                #expect(!watch.excuses(now: Self.at(number * 1000)))
            }
            if number % 9 == 8 { watch.answered() }
        }
    }

    @Test func `the first declared failure is not the login's own`() {
        let counters = MechanismCounters()
        #expect(!counters.isOfLogin(Finding(.unavailable(Self.all)), now: Self.at(0)))
        #expect(counters.isOfLogin(Finding(.unavailable(Self.own)), now: Self.at(0)))
        #expect(!counters.isOfLogin(.overload("too many"), now: Self.at(0)))
        #expect(!counters.isOfLogin(Finding(.refused(.wrongPassword)), now: Self.at(0)))
    }

    @Test func `a login without a verdict, while others get theirs, is slowed down as refusals are`() {
        var throttle = ThrottleTests.throttle()
        let outcomes: [Throttle.Outcome] = [.undecided, .refused, .undecided, .undecided, .unavailable, .undecided]
        let delays = outcomes.enumerated().map { number, outcome in
            let now = Self.at(number * 20_000)
            _ = throttle.tick(now: now)
            _ = throttle.arrived(UInt32(number), ThrottleTests.attempt(), now: now)
            return throttle.decided(UInt32(number), outcome, now: now).delay
        }
        #expect(delays == [0, 0, 0, 1000, 0, 2000])
    }

    @Test func `a password that was right before is no guess, whatever its mechanism cannot tell`() {
        var throttle = ThrottleTests.throttle()
        for id in 0..<UInt32(9) {
            _ = throttle.arrived(
                id,
                Throttle.Attempt(account: ThrottleTests.alice, isKnown: true),
                now: Self.at(Int(id))
            )
            #expect(throttle.decided(id, .undecided, now: Self.at(Int(id))) == Throttle.Effect())
        }
    }
}
