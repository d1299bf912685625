import Platform
import Testing

@testable import EventLoop

@Suite(.enabled(if: Machine.processorCount > 1, "a single processor never looks"))
struct AdaptivePollTests {
    @Test func `what is found is returned at once`() {
        var poll = AdaptivePoll(microseconds: 1_000_000_000)
        var looks = 0
        let found = poll.look {
            looks += 1
            return looks == 3 ? 7 : 0
        }
        #expect(found == 7 && looks == 3)
    }

    @Test func `after some looks in vain only one of sixteen is made, and after a success all are again`() {
        var poll = AdaptivePoll(microseconds: 0)
        func look(finding result: Int) -> Bool {
            var hasLooked = false
            _ = poll.look {
                hasLooked = true
                return result
            }
            return hasLooked
        }
        #expect((0..<AdaptivePoll.patience).allSatisfy { _ in look(finding: 0) })
        let made = (0..<64).map { _ in look(finding: 0) }
        #expect(made.count { $0 } == 4)
        while !look(finding: 1) {}
        #expect((0..<AdaptivePoll.patience).allSatisfy { _ in look(finding: 0) })
        #expect(!look(finding: 0) || !look(finding: 0))
    }

    @Test func `it ends when something else is due`() {
        var poll = AdaptivePoll(microseconds: 1_000_000_000)
        for _ in 0..<2 * AdaptivePoll.patience { #expect(poll.look(until: .now) { 0 } == 0) }
        // That was not in vain.
        #expect(poll.look { 1 } == 1)
    }

    @Test func `an error ends the look`() {
        struct Failure: Error {}
        var poll = AdaptivePoll(microseconds: 1_000_000_000)
        #expect(throws: Failure.self) { _ = try poll.look { () throws(Failure) in throw Failure() } }
    }
}
