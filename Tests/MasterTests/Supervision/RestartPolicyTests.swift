import Platform
import Testing

@testable import Master

@Suite struct RestartPolicyTests {
    static func at(_ milliseconds: Int) -> Instant {
        Instant(nanoseconds: 1_000_000_000).advanced(milliseconds: milliseconds)
    }

    @Test func `one that ends for the first time is started again at once`() {
        var policy = RestartPolicy()
        #expect(policy.restart(after: Self.at(0), endedAt: Self.at(5)) == Self.at(5))
    }

    @Test func `one that keeps ending is started again later and later, up to five seconds`() {
        var policy = RestartPolicy()
        let pauses = (0..<9).map { _ in
            Self.at(0).milliseconds(until: policy.restart(after: Self.at(0), endedAt: Self.at(0)))
        }
        #expect(pauses == [0, 100, 200, 400, 800, 1600, 3200, 5000, 5000])
    }

    @Test func `one that cannot be started is tried again with a pause, later and later`() {
        var policy = RestartPolicy()
        let pauses = (0..<8).map { _ in Self.at(0).milliseconds(until: policy.retry(failedAt: Self.at(0))) }
        #expect(pauses == [100, 200, 400, 800, 1600, 3200, 5000, 5000])
    }

    @Test func `one that lived for long is started again at once`() {
        var policy = RestartPolicy()
        for _ in 0..<5 { _ = policy.restart(after: Self.at(0), endedAt: Self.at(0)) }
        #expect(policy.restart(after: Self.at(0), endedAt: Self.at(10_000)) == Self.at(10_000))
    }
}
