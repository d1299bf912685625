import Testing

@testable import MailLogin

private final class Gate {
    private var gate: ConnectionGate

    init(width: Int) {
        gate = ConnectionGate(width: width)
    }

    func enter(_ attempt: Int) -> Bool { gate.enter(attempt) }
    func leave(_ attempt: Int) -> Int? { gate.leave(attempt) }
}

@Suite struct ConnectionGateTests {
    @Test func `who comes when it is full waits for one that leaves, in the order of coming`() {
        let gate = Gate(width: 2)
        #expect([1, 2, 3, 4].map(gate.enter) == [true, true, false, false])
        #expect(gate.leave(2) == 3)
        #expect(gate.leave(1) == 4)
        #expect(gate.leave(3) == nil)
        #expect(gate.enter(5))
        #expect(!gate.enter(6))
    }

    @Test func `leaving twice, or without having been there, makes no room`() {
        let gate = Gate(width: 1)
        #expect([1, 2, 3].map(gate.enter) == [true, false, false])
        #expect(gate.leave(1) == 2)
        #expect(gate.leave(1) == nil)
        #expect(gate.leave(9) == nil)
        #expect(gate.leave(2) == 3)
    }

    @Test func `who waits can give up`() {
        let gate = Gate(width: 1)
        #expect([1, 2, 3].map(gate.enter) == [true, false, false])
        #expect(gate.leave(2) == nil)
        #expect(gate.leave(1) == 3)
    }
}
