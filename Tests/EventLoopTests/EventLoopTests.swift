import Glibc
import Platform
import Testing

@testable import EventLoop

/// Records its events, and reads nothing.
private final class Witness: EventSource {
    private(set) var calls = 0
    private let action: () -> Void

    init(_ action: @escaping () -> Void = {}) {
        self.action = action
    }

    func isReady(readable: Bool, writable: Bool) {
        calls += 1
        action()
    }
}

@Suite struct EventLoopTests {
    @Test func `times come in their order, not in that of their asking`() throws {
        let loop = try EventLoop()
        var order: [Int] = []
        for (number, milliseconds) in [(3, 30), (1, 10), (2, 20), (0, 10)] {
            loop.schedule(milliseconds: milliseconds) { order.append(number) }
        }
        while order.count < 4 { try loop.turn() }
        #expect(order == [1, 0, 2, 3])
    }

    @Test func `a time that is no whole number of milliseconds away is not awaited until the next`() throws {
        let loop = try EventLoop()
        var turn = 0
        loop.onTurnEnd = { turn += 1 }
        // Rounded up to whole milliseconds, both would always come in the same turn; a busy machine may be late.
        let isExact = try (0..<200)
            .contains { _ in
                var turns: [Int] = []
                let now = Instant.now
                for time in [300, 900] {
                    loop.schedule(at: now.advanced(microseconds: time)) { turns.append(turn) }
                }
                while turns.count < 2 { try loop.turn() }
                return turns[0] < turns[1]
            }
        #expect(isExact)
    }

    @Test func `what is put off to the end of the turn happens before the loop waits`() throws {
        let loop = try EventLoop()
        var order: [String] = []
        loop.atEndOfTurn {
            order.append("first")
            loop.atEndOfTurn { order.append("second") }
        }
        loop.schedule(milliseconds: 1) { order.append("time") }
        while order.count < 3 { try loop.turn() }
        #expect(order == ["first", "second", "time"])
    }

    @Test func `what the end of a turn puts off to its end happens in the same turn`() throws {
        let loop = try EventLoop()
        var order: [String] = []
        loop.onTurnEnd = {
            loop.onTurnEnd = {}
            loop.atEndOfTurn { order.append("put off") }
        }
        loop.schedule(milliseconds: 1) { order.append("time") }
        while order.isEmpty { try loop.turn() }
        #expect(order == ["put off", "time"])
    }

    @Test func `what was cancelled is not called, and nothing is kept of it`() throws {
        let loop = try EventLoop()
        var order: [Int] = []
        weak var kept: Witness?
        do {
            let held = Witness()
            kept = held
            let timeout = loop.schedule(milliseconds: 1) {
                order.append(1)
                _ = held
            }
            loop.cancel(timeout)
        }
        #expect(kept == nil)
        let other = loop.schedule(milliseconds: 2) { order.append(2) }
        while order.isEmpty { try loop.turn() }
        loop.cancel(other)
        #expect(order == [2])
    }

    @Test func `where no descriptor may be opened, times come all the same`() async {
        await #expect(processExitsWith: .success) {
            let loop = try EventLoop()
            var none = rlimit(rlim_cur: 0, rlim_max: 0)
            // SAFETY: the call reads this one variable.
            #expect(unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none) == 0)
            var isOver = false
            loop.schedule(milliseconds: 2) { isOver = true }
            while !isOver { try loop.turn() }
        }
    }

    @Test func `timers that are cancelled wake nobody, and leave nothing in the loop`() throws {
        let loop = try EventLoop()
        for _ in 0..<10_000 { loop.cancel(loop.schedule(milliseconds: 1) {}) }
        #expect(loop.timerCount < 100)
        var turns = 0
        var isOver = false
        loop.onTurnEnd = { turns += 1 }
        for time in 1...9 { loop.cancel(loop.schedule(milliseconds: time) {}) }
        loop.schedule(milliseconds: 9) { isOver = true }
        while !isOver { try loop.turn() }
        // A signal may end a wait.
        #expect(turns < 5)
    }

    @Test func `one that was forgotten in a turn hears nothing more in it, nor does its successor`() throws {
        let loop = try EventLoop()
        let pairs = [try Ends(), try Ends()]
        var registrations: [EventLoop.Registration] = []
        let late = Witness()
        var isDone = false
        let forgetful = Witness {
            guard !isDone else { return }
            isDone = true
            // Whichever of the two comes first forgets the other, whose place another takes.
            try? loop.remove(registrations[1], pairs[1].near)
            _ = try? loop.add(late, pairs[1].other)
        }
        registrations.append(try loop.add(forgetful, pairs[0].near))
        let forgotten = Witness()
        registrations.append(try loop.add(forgotten, pairs[1].near))
        for pair in pairs { try pair.write() }
        while !isDone { try loop.turn() }
        #expect(forgotten.calls == 0)
        #expect(late.calls == 0)
        // It and the loop hold each other.
        try loop.remove(registrations[0], pairs[0].near)
    }
}

/// Two connected sockets, and one end of two more that nothing comes over.
private final class Ends {
    private let pair: SocketPair
    private let quiet: SocketPair

    init() throws {
        pair = try SocketPair()
        quiet = try SocketPair()
    }

    var near: CInt { pair.near.rawValue }
    var other: CInt { quiet.near.rawValue }

    func write() throws {
        let byte: [UInt8] = [1]
        try pair.far.writeAll(byte.span)
    }

    @Test func `a loop ends with the value that is there first`() throws {
        let loop = try EventLoop()
        var code: Int?
        for (time, value) in [(20, 2), (5, 1), (60_000, 3)] {
            loop.schedule(milliseconds: time) { code = code ?? value }
        }
        #expect(try loop.run { code } == 1)
    }

    @Test func `what is read lies in a buffer that is used again`() throws {
        let loop = try EventLoop()
        loop.withBuffer { $0[0] = 7 }
        var first: UInt8 = 0
        loop.withBuffer { first = $0[0] }
        #expect(first == 7)
    }
}
