import Platform
import Testing

@testable import Frontend

@Suite struct AllowedPeersTests {
    static let start = Instant(nanoseconds: 1_000_000_000_000)

    @Test func `where nobody is named everyone may ask, and no groups are looked up`() {
        let peers = AllowedPeers(users: [], groups: [])
        var lookups = 0
        func groups() -> [UInt32] {
            lookups += 1
            return []
        }
        let admits = peers.admits(7, groups: groups())
        #expect(admits && !peers.isNeeded && lookups == 0)
    }

    @Test func `an account, one of its groups, or root`() {
        let peers = AllowedPeers(users: [7], groups: [100])
        #expect(peers.admits(7, groups: []))
        #expect(peers.admits(8, groups: [99, 100]))
        #expect(peers.admits(0, groups: []))
        #expect(!peers.admits(8, groups: [99]))
        #expect(!AllowedPeers(users: [7], groups: []).admits(8, groups: [7]))
    }

    @Test func `the same account is told of once a minute`() {
        var peers = AllowedPeers(users: [7], groups: [])
        var news: [Bool] = []
        for (user, time) in [(8, 0), (8, 59_999), (9, 0), (8, 60_000)] as [(UInt32, Int)] {
            news.append(peers.refused(user, now: Self.start.advanced(milliseconds: time)))
        }
        #expect(news == [true, false, true, true])
    }

    @Test func `what is remembered of many accounts is bounded`() {
        var peers = AllowedPeers(users: [7], groups: [])
        var news = 0
        for user in 8..<5_000 where peers.refused(UInt32(user), now: Self.start) { news += 1 }
        #expect(news == 4_992)
    }
}
