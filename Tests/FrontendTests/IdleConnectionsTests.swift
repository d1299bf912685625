import Platform
import TestSupport
import Testing

@testable import Frontend

@Suite struct IdleConnectionsTests {
    private var now = Instant(nanoseconds: 1_000_000_000)

    @Test func `the connection that has been idle longest is closed for a new one, a busy one never`() {
        var connections = IdleConnections(limit: 3)
        for number in 1...3 {
            let evicted = connections.opened(number, now: now.advanced(milliseconds: number))
            #expect(evicted == nil)
        }
        connections.becomes(busy: true, 1, now: now.advanced(milliseconds: 4))
        let first = connections.opened(4, now: now.advanced(milliseconds: 5))
        #expect(first == .finish(2))
        connections.closed(2)
        // The first is idle again, but for a shorter time than the third.
        connections.becomes(busy: false, 1, now: now.advanced(milliseconds: 6))
        let second = connections.opened(5, now: now.advanced(milliseconds: 7))
        #expect(second == .finish(3) && !connections.isFull)
    }

    @Test func `there is no room where all are busy`() {
        var connections = IdleConnections(limit: 2)
        for number in 1...2 {
            _ = connections.opened(number, now: now)
            connections.becomes(busy: true, number, now: now)
        }
        #expect(connections.isFull && connections.idleCount == 0)
        connections.becomes(busy: false, 2, now: now)
        #expect(!connections.isFull && connections.idleCount == 1 && connections.count == 2)
        connections.becomes(busy: true, 2, now: now)
        connections.closed(1)
        #expect(!connections.isFull && connections.count == 1)
    }

    @Test func `only some may have a last login answered, so that there are never many too many`() {
        var connections = IdleConnections(limit: 32)
        for number in 1...32 { _ = connections.opened(number, now: now) }
        for number in 33...35 {
            let evicted = connections.opened(number, now: now)
            #expect(evicted == .finish(number - 32))
            // It had sent one.
            connections.becomes(busy: true, number - 32, now: now)
        }
        let evicted = connections.opened(36, now: now)
        #expect(evicted == .close(4))
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `whatever happens, only idle ones are evicted, and the count is right`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var connections = IdleConnections(limit: 5)
        var busy: Set<Int> = []
        var idle: [Int] = []
        var (number, time) = (0, now)
        for _ in 0..<2_000 {
            time = time.advanced(milliseconds: 1)
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where !connections.isFull:
                number += 1
                let evicted = connections.opened(number, now: time)
                let expected = busy.count + idle.count >= 5 ? idle.first : nil
                #expect(evicted == expected.map { .finish($0) })
                if let expected {
                    connections.closed(expected)
                    idle.removeFirst()
                }
                idle.append(number)
            case 1:
                guard let one = idle.randomElement(using: &random) else { continue }
                connections.becomes(busy: true, one, now: time)
                idle.removeAll { $0 == one }
                busy.insert(one)
            case 2:
                guard let one = busy.sorted().randomElement(using: &random) else { continue }
                connections.becomes(busy: false, one, now: time)
                busy.remove(one)
                idle.append(one)
            default:
                guard let one = (busy.sorted() + idle).randomElement(using: &random) else { continue }
                connections.closed(one)
                busy.remove(one)
                idle.removeAll { $0 == one }
            }
            #expect(connections.count == busy.count + idle.count)
            #expect(connections.isFull == (idle.isEmpty && busy.count >= 5))
        }
    }
}
