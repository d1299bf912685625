internal import HeapModule
package import Platform

/// Something that waits for its descriptor.
package protocol EventSource: AnyObject {
    /// The descriptor has bytes, its end or an error to be read, or room to write.
    func isReady(readable: Bool, writable: Bool)
}

/// Waits for descriptors and times, and tells those whose turn it is: all of a program happens here, on one thread.
///
/// In the frontend it is for connections that are accepted, read once, answered once and closed, tens of thousands a second. With
/// a channel of swift-nio for each it spent 25 to 40 µs of a core on a request, most of it to set the channel up and to take it down,
/// and was slower than the program it replaces with 1 and with 8 requests at a time; with this it spends about 12.
package final class EventLoop {
    /// Names a source until it is removed; never use it afterwards.
    package struct Registration {
        fileprivate let index: Int
        fileprivate let token: UInt64
    }

    /// Names a time that was asked for until it has come or was cancelled.
    package struct Timeout {
        fileprivate let number: Int
    }

    private struct Slot {
        var source: (any EventSource)?
        /// How often the slot was used: an event for an earlier user is not the later one's.
        var generation: UInt32 = 0
    }

    private struct Timer: Comparable {
        let time: Instant
        let number: Int

        static func < (left: Timer, right: Timer) -> Bool {
            (left.time, left.number) < (right.time, right.number)
        }
    }

    /// How long to look before going to sleep, in microseconds; not at all where a worker needs the one processor.
    private static let lookTime = Machine.processorCount > 1 ? 40 : 0

    private var epoll: Epoll
    /// What everything is read into.
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    private var slots: [Slot] = []
    private var free: [Int] = []
    private var timers = Heap<Timer>()
    private var timerActions: [Int: () -> Void] = [:]
    private var nextTimer = 0
    private var turnActions: [() -> Void] = []

    /// Whether something is likely to happen in the next microseconds: an answer of a worker, a client's next request.
    package var expectsMore: () -> Bool = { false }
    /// Called before the loop waits, after all that was put off to the end of the turn.
    package var onTurnEnd: () -> Void = {}

    /// The time at the beginning of the turn, or now before the first.
    package private(set) var now = Instant.now

    package init() throws(SystemError) {
        epoll = try Epoll()
    }

    /// Tells `source` when `descriptor` can be read.
    ///
    /// It removes itself, or is forgotten, before the descriptor is closed.
    package func add(_ source: any EventSource, _ descriptor: CInt) throws(SystemError) -> Registration {
        let index: Int
        if let used = free.popLast() {
            index = used
        } else {
            index = slots.count
            slots.append(Slot())
        }
        slots[index].generation &+= 1
        let registration = Registration(index: index, token: UInt64(slots[index].generation) << 32 | UInt64(index))
        do throws(SystemError) {
            try epoll.add(descriptor, token: registration.token, for: .reading)
        } catch {
            free.append(index)
            throw error
        }
        slots[index].source = source
        return registration
    }

    /// Changes what the source is told of.
    package func change(_ registration: Registration, _ descriptor: CInt, to interest: Epoll.Interest)
        throws(SystemError)
    {
        try epoll.change(descriptor, token: registration.token, to: interest)
    }

    /// Tells the source nothing more; its descriptor stays open.
    package func remove(_ registration: Registration, _ descriptor: CInt) throws(SystemError) {
        forget(registration)
        try epoll.remove(descriptor)
    }

    /// Tells the source nothing more; its descriptor is closed next, and has no copies.
    package func forget(_ registration: Registration) {
        precondition(slots[registration.index].source != nil, "a source was taken out of its loop twice")
        slots[registration.index].source = nil
        free.append(registration.index)
    }

    /// Calls `action` once, `milliseconds` from now, unless that is cancelled.
    @discardableResult
    package func schedule(milliseconds: Int, _ action: @escaping () -> Void) -> Timeout {
        nextTimer += 1
        timers.insert(Timer(time: now.advanced(milliseconds: milliseconds), number: nextTimer))
        timerActions[nextTimer] = action
        return Timeout(number: nextTimer)
    }

    /// Has what was scheduled not called, and lets go of all that it holds; one that was called is fine.
    package func cancel(_ timeout: Timeout) {
        timerActions[timeout.number] = nil
    }

    /// Calls `action` once, before the loop waits again.
    package func atEndOfTurn(_ action: @escaping () -> Void) {
        turnActions.append(action)
    }

    /// Runs until `end` is there, and gives it; throws when waiting itself fails.
    package func run<End>(until end: () -> End?) throws(SystemError) -> End {
        while true {
            if let end = end() { return end }
            try turn()
        }
    }

    /// Lends out the buffer that everything is read into, one reader at a time.
    package func withBuffer(_ body: (inout [UInt8]) -> Void) {
        body(&buffer)
    }

    /// Waits once, and tells those whose turn it is.
    package func turn() throws(SystemError) {
        finishTurn()
        // Since the turn began, time has passed.
        let pause = timers.min.map { CInt(clamping: Instant.now.milliseconds(until: $0.time)) }
        var count = expectsMore() ? try look() : 0
        if count == 0 { count = try epoll.wait(milliseconds: pause) }
        now = .now
        for index in 0..<count {
            let event = epoll.event(index)
            let slot = slots[Int(event.token & 0xFFFF_FFFF)]
            guard UInt64(slot.generation) == event.token >> 32 else { continue }
            slot.source?.isReady(readable: event.isReadable, writable: event.isWritable)
        }
        while let timer = timers.min, timer.time <= now {
            timers.removeMin()
            timerActions.removeValue(forKey: timer.number)?()
        }
    }

    /// Looks again and again for a moment, without going to sleep.
    ///
    /// To be woken up costs more than a worker takes for a cheap request: one client after the other gets a fifth more answers
    /// a second this way, which is the difference between slower and faster than the original; many at a time lose nothing.
    private func look() throws(SystemError) -> Int {
        let end = Instant.now.advanced(microseconds: Self.lookTime)
        repeat {
            let count = try epoll.wait(milliseconds: 0)
            if count > 0 { return count }
        } while Instant.now < end
        return 0
    }

    private func finishTurn() {
        repeat {
            while !turnActions.isEmpty {
                let actions = turnActions
                turnActions.removeAll(keepingCapacity: true)
                for action in actions { action() }
            }
            // What this puts off is not for the next turn.
            onTurnEnd()
        } while !turnActions.isEmpty
    }
}
