internal import HeapModule
package import Platform

/// An object that waits for events of its descriptor.
package protocol EventSource: AnyObject {
    /// The descriptor has input, an end of input or an error to read, or space for output.
    func isReady(readable: Bool, writable: Bool)
}

/// Waits for descriptors and timers and calls their owners, all on one thread.
///
/// The frontend accepts, reads once, answers once and closes tens of thousands of connections a second. With a
/// swift-nio channel for each, a request took 25 to 40 µs of CPU time, most of it to set up and tear down the channel.
/// That was slower than Cyrus saslauthd with 1 and with 8 concurrent requests. This loop takes about 12 µs.
package final class EventLoop {
    /// Identifies a source until it is removed; do not use it afterwards.
    package struct Registration {
        fileprivate let index: Int
        fileprivate let token: UInt64
    }

    /// Identifies a timer until it fires or is cancelled.
    package struct Timeout {
        fileprivate let number: Int
    }

    /// What an event may be that is likely within microseconds.
    package enum Expectation: Int, CaseIterable, Sendable {
        /// A worker's verdict.
        case verdict
        /// A client's next request, or its end.
        case client
        /// The answer of a server on this machine or nearby.
        case server

        /// How long to look for it, in microseconds: about as long as it may take on this machine.
        fileprivate var time: Int { self == .server ? 150 : 60 }
    }

    private struct Slot {
        var source: (any EventSource)?
        /// Counts the uses of the slot, so that a stale event is not delivered to a later source.
        var generation: UInt32 = 0
    }

    private struct Timer: Comparable {
        let time: Instant
        let number: Int

        static func < (left: Timer, right: Timer) -> Bool {
            (left.time, left.number) < (right.time, right.number)
        }
    }

    private var epoll: Epoll
    /// The shared read buffer.
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    private var slots: [Slot] = []
    private var free: [Int] = []
    private var timers = Heap<Timer>()
    private var timerActions: [Int: () -> Void] = [:]
    private var nextTimer = 0
    private var turnActions: [() -> Void] = []

    /// What is likely within microseconds; `nil` for nothing.
    package var expectation: () -> Expectation? = { nil }
    /// The looks for each expectation.
    private var polls = Expectation.allCases.map { AdaptivePoll(microseconds: $0.time) }
    /// Called at the end of each turn, before the loop waits.
    package var onTurnEnd: () -> Void = {}

    /// The time at which the turn began; before the first turn, the time of creation.
    package private(set) var now = Instant.now

    package init() throws(SystemError) {
        epoll = try Epoll()
    }

    /// Reports to `source` when `descriptor` can be read.
    ///
    /// Call `remove` or `forget` before the descriptor is closed.
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

    /// Changes the events that are reported to the source.
    package func change(_ registration: Registration, _ descriptor: CInt, to interest: Epoll.Interest)
        throws(SystemError)
    {
        try epoll.change(descriptor, token: registration.token, to: interest)
    }

    /// Stops reports to the source; its descriptor stays open.
    package func remove(_ registration: Registration, _ descriptor: CInt) throws(SystemError) {
        forget(registration)
        try epoll.remove(descriptor)
    }

    /// Stops reports to the source, whose descriptor is closed next and has no duplicates.
    package func forget(_ registration: Registration) {
        precondition(slots[registration.index].source != nil, "a source was removed from its loop twice")
        slots[registration.index].source = nil
        free.append(registration.index)
    }

    /// Calls `action` once, `milliseconds` from now, unless the timer is cancelled.
    @discardableResult
    package func schedule(milliseconds: Int, _ action: @escaping () -> Void) -> Timeout {
        schedule(at: now.advanced(milliseconds: milliseconds), action)
    }

    /// Calls `action` once, at `time`, unless the timer is cancelled.
    @discardableResult
    package func schedule(at time: Instant, _ action: @escaping () -> Void) -> Timeout {
        nextTimer += 1
        timers.insert(Timer(time: time, number: nextTimer))
        timerActions[nextTimer] = action
        return Timeout(number: nextTimer)
    }

    /// Cancels a timer and releases its action; no effect if it has fired.
    package func cancel(_ timeout: Timeout) {
        timerActions[timeout.number] = nil
        // Most timers are cancelled long before their time; the heap must not fill with them.
        guard timers.count > 2 * timerActions.count + 64 else { return }
        timers = Heap(timers.unordered.filter { timerActions[$0.number] != nil })
    }

    /// How many timers there are, including cancelled ones that were not yet removed.
    var timerCount: Int { timers.count }

    /// Calls `action` once, before the loop waits again.
    package func atEndOfTurn(_ action: @escaping () -> Void) {
        turnActions.append(action)
    }

    /// Runs until `end` returns a value, and returns it; throws if waiting fails.
    package func run<End>(until end: () -> End?) throws(SystemError) -> End {
        while true {
            if let end = end() { return end }
            try turn()
        }
    }

    /// Lends the shared read buffer to one reader at a time.
    package func withBuffer(_ body: (inout [UInt8]) -> Void) {
        body(&buffer)
    }

    /// Waits once and reports what happened.
    package func turn() throws(SystemError) {
        finishTurn()
        // Nothing happens at the time of a cancelled timer.
        while let timer = timers.min, timerActions[timer.number] == nil { timers.removeMin() }
        let alarm = timers.min?.time
        var count = 0
        if let kind = expectation() {
            count = try polls[kind.rawValue].look(until: alarm) { () throws(SystemError) in try epoll.look() }
        }
        if count == 0 { count = try epoll.wait(until: alarm) }
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

    private func finishTurn() {
        repeat {
            while !turnActions.isEmpty {
                let actions = turnActions
                turnActions.removeAll(keepingCapacity: true)
                for action in actions { action() }
            }
            // Actions that the hook adds run in this turn too.
            onTurnEnd()
        } while !turnActions.isEmpty
    }
}
