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

    @Test func `one that lived for long is started again at once`() {
        var policy = RestartPolicy()
        for _ in 0..<5 { _ = policy.restart(after: Self.at(0), endedAt: Self.at(0)) }
        #expect(policy.restart(after: Self.at(0), endedAt: Self.at(10_000)) == Self.at(10_000))
    }
}

@Suite struct FrontendMessageTests {
    @Test func `the frontend's lines are understood, and nothing else`() {
        #expect(FrontendProcess.Message("ready") == .ready)
        #expect(FrontendProcess.Message("failed no such file") == .failed(reason: "no such file"))
        #expect(FrontendProcess.Message("kill 4711") == .kill(4711))
        #expect(FrontendProcess.Message("reload") == .reload)
        #expect(FrontendProcess.Message("alive") == .alive)
        for line in ["", "kill", "kill 1", "kill 0", "kill -1", "kill x", "serve"] {
            #expect(FrontendProcess.Message(line) == nil, "\(line)")
        }
    }
}
