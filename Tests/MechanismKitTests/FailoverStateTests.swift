import Platform
import Testing

@testable import MechanismKit

/// Servers that are skipped for 1,000 ms; times are milliseconds after the start.
private final class Servers {
    private var state: FailoverState

    init(_ count: Int) {
        state = FailoverState(count: count, pause: 1_000)
    }

    private static func instant(_ milliseconds: Int) -> Instant {
        Instant(nanoseconds: 1_000_000_000).advanced(milliseconds: milliseconds)
    }

    func order(at milliseconds: Int) -> [Int] { state.order(now: Self.instant(milliseconds)) }
    func fails(_ server: Int, at milliseconds: Int) -> Bool { state.failed(server, now: Self.instant(milliseconds)) }
    func answers(_ server: Int) -> Bool { state.answered(server) }
}

@Suite struct FailoverStateTests {
    @Test func `servers are tried in their order, and a failed one comes last for a while`() {
        let servers = Servers(3)
        #expect(servers.order(at: 0) == [0, 1, 2])
        #expect(servers.fails(0, at: 0))
        #expect(servers.order(at: 0) == [1, 2, 0])
        #expect(servers.order(at: 999) == [1, 2, 0])
    }

    @Test func `afterwards one request tries it, and the others once it has answered`() {
        let servers = Servers(2)
        #expect(servers.fails(0, at: 0))
        #expect(servers.order(at: 1_000) == [0, 1])
        #expect(servers.order(at: 1_000) == [1, 0])
        #expect(servers.answers(0))
        #expect(servers.order(at: 1_000) == [0, 1])
        #expect(!servers.answers(0))
    }

    @Test func `when all have failed, all are tried, so that the first that is back is found at once`() {
        let servers = Servers(2)
        #expect(servers.fails(0, at: 0))
        #expect(servers.fails(1, at: 0))
        #expect(servers.order(at: 0) == [0, 1])
        #expect(servers.answers(1))
        #expect(servers.order(at: 0) == [1, 0])
    }

    @Test func `a repeated failure is not reported`() {
        let servers = Servers(2)
        #expect(servers.fails(0, at: 0))
        #expect(!servers.fails(0, at: 500))
        #expect(servers.order(at: 1_200) == [1, 0])
    }

    @Test func `a single server is always tried`() {
        let servers = Servers(1)
        #expect(servers.fails(0, at: 0))
        #expect(servers.order(at: 0) == [0])
        #expect(servers.order(at: 2_000) == [0])
    }
}
