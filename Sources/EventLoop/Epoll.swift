internal import CPlatform
internal import Glibc
package import Platform

/// Waits for many descriptors at once, epoll(7), level-triggered.
package struct Epoll: ~Copyable {
    /// The events that a descriptor is watched for.
    package enum Interest: Sendable {
        /// Input, or the end of input.
        case reading
        /// Input, and space for output.
        case readingAndWriting
        /// Space for output, or the end of both directions.
        case writing
    }

    /// A descriptor that is ready.
    package struct Event: Sendable {
        /// The token with which the descriptor was added.
        package let token: UInt64
        /// There is input, an end of input or an error to read.
        package let isReadable: Bool
        package let isWritable: Bool
    }

    /// Up to how many milliseconds a wait ends at its time, not at the next millisecond.
    private static let exact = 10

    private let descriptor: OwnedDescriptor
    private var events = [cplatform_event](repeating: cplatform_event(), count: 64)

    package init() throws(SystemError) {
        descriptor = OwnedDescriptor(adopting: try systemCall("epoll_create1") { cplatform_epoll() })
    }

    /// Adds `descriptor`, until it is closed or removed.
    package func add(_ descriptor: CInt, token: UInt64, for interest: Interest) throws(SystemError) {
        try set(descriptor, token: token, adding: true, for: interest)
    }

    /// Changes the events for which `descriptor` is watched.
    package func change(_ descriptor: CInt, token: UInt64, to interest: Interest) throws(SystemError) {
        try set(descriptor, token: token, adding: false, for: interest)
    }

    /// Removes `descriptor`.
    package func remove(_ descriptor: CInt) throws(SystemError) {
        let epoll = self.descriptor.rawValue
        try systemCall("epoll_ctl") { cplatform_epoll_remove(epoll, descriptor) }
    }

    /// The descriptors that are ready now; returns their number.
    package mutating func look() throws(SystemError) -> Int {
        try wait(milliseconds: 0)
    }

    /// Waits until descriptors are ready and returns their number: 0 at or shortly before the time, or after a signal.
    ///
    /// With `nil` it waits without a limit. epoll_wait(2) counts in milliseconds from now, so that who waits for a
    /// fraction of one would be as late as he came.
    package mutating func wait(until time: Instant?) throws(SystemError) -> Int {
        guard let time else { return try wait(milliseconds: -1) }
        let now = Instant.now
        let whole = now.elapsedMilliseconds(until: time)
        guard whole < Self.exact else { return try wait(milliseconds: CInt(clamping: whole)) }
        guard now < time else { return try look() }
        let epoll = descriptor.rawValue
        let isReady = try Self.count("ppoll", cplatform_epoll_sleep(epoll, Int(time.nanoseconds - now.nanoseconds))) > 0
        return isReady ? try look() : 0
    }

    private mutating func wait(milliseconds: CInt) throws(SystemError) -> Int {
        // SAFETY: the call gets the length of the array.
        try Self.count(
            "epoll_wait",
            unsafe cplatform_epoll_wait(descriptor.rawValue, &events, CInt(events.count), milliseconds)
        )
    }

    /// The result of a call that waits; 0 after a signal.
    private static func count(_ call: String, _ result: CInt) throws(SystemError) -> Int {
        if result >= 0 { return Int(result) }
        let number = errno
        guard number == EINTR else { throw SystemError(call, number: number) }
        return 0
    }

    /// Returns an event that the last call of `wait` found.
    package func event(_ index: Int) -> Event {
        let event = events[index]
        return Event(token: event.token, isReadable: event.readable, isWritable: event.writable)
    }

    private func set(
        _ descriptor: CInt,
        token: UInt64,
        adding: Bool,
        for interest: Interest
    ) throws(SystemError) {
        let epoll = self.descriptor.rawValue
        try systemCall("epoll_ctl") {
            cplatform_epoll_set(epoll, descriptor, token, adding, interest != .writing, interest != .reading)
        }
    }
}
