import Platform
import Testing

@testable import Master

@Suite struct HeartbeatTests {
    static func at(_ looks: Int) -> Instant {
        Instant(nanoseconds: 1_000_000_000).advanced(milliseconds: looks * Heartbeat.interval)
    }

    @Test func `one that answers is asked again and again`() {
        var heartbeat = Heartbeat(now: Self.at(0))
        for look in 1..<10 {
            #expect(heartbeat.action(now: Self.at(look)) == .ask)
            heartbeat.answered()
            #expect(heartbeat.isGood)
            #expect(heartbeat.action(now: Self.at(look)) == nil, "not yet")
        }
    }

    @Test func `one that does not answer is given up, once`() {
        var heartbeat = Heartbeat(now: Self.at(0))
        #expect(heartbeat.action(now: Self.at(1)) == .ask)
        #expect(heartbeat.isGood)
        #expect(heartbeat.action(now: Self.at(2)) == nil)
        #expect(!heartbeat.isGood)
        #expect(heartbeat.action(now: Self.at(3)) == .giveUp)
        #expect(heartbeat.action(now: Self.at(4)) == nil)
    }

    @Test func `a machine that stood still gives up nobody`() {
        var heartbeat = Heartbeat(now: Self.at(0))
        #expect(heartbeat.action(now: Self.at(1)) == .ask)
        #expect(heartbeat.action(now: Self.at(1000)) == nil)
        heartbeat.answered()
        #expect(heartbeat.action(now: Self.at(1001)) == .ask)
    }
}
