import Testing

@testable import Frontend

@Suite struct AllowedPeersTests {
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
}
