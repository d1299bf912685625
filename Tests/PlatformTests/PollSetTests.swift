import Testing

@testable import Platform

@Suite struct PollSetTests {
    @Test func `only watched places that can be read are ready`() throws {
        let pairs = [try Pair(), try Pair(), try Pair()]
        var set = PollSet(places: 3)
        #expect(try isReady(&set, milliseconds: 0) == false)

        for place in 0..<2 { set.watch(pairs[place].sockets.near, at: place, forWriting: false) }
        #expect(try isReady(&set, milliseconds: 0) == false)
        for pair in pairs { try pair.sockets.far.writeAll([1].span) }
        #expect(try isReady(&set, milliseconds: 1000) == true)
        #expect(ready(in: set) == [true, true, false])

        set.forget(place: 0)
        #expect(try isReady(&set, milliseconds: 1000) == true)
        #expect(ready(in: set) == [false, true, false])
    }

    @Test func `room to write is waited for only if asked for`() throws {
        let pair = try Pair()
        var set = PollSet(places: 1)
        set.watch(pair.sockets.near, at: 0, forWriting: true)
        #expect(try isReady(&set, milliseconds: 1000) == true)
        set.watch(pair.sockets.near, at: 0, forWriting: false)
        #expect(try isReady(&set, milliseconds: 0) == false)
    }

    private func isReady(_ set: inout PollSet, milliseconds: CInt) throws -> Bool {
        try set.wait(milliseconds: milliseconds)
    }

    private func ready(in set: borrowing PollSet) -> [Bool] {
        [set.isReady(place: 0), set.isReady(place: 1), set.isReady(place: 2)]
    }

    private final class Pair {
        let sockets: SocketPair

        init() throws {
            sockets = try SocketPair()
        }
    }
}
