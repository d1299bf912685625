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

    /// Waits until descriptors are ready and returns their number: 0 after the time or a signal.
    ///
    /// With `nil` it waits without a limit.
    package mutating func wait(milliseconds: CInt?) throws(SystemError) -> Int {
        let epoll = descriptor.rawValue
        // SAFETY: the call gets the length of the array.
        let count = unsafe cplatform_epoll_wait(epoll, &events, CInt(events.count), milliseconds ?? -1)
        if count >= 0 { return Int(count) }
        let number = errno
        guard number == EINTR else { throw SystemError("epoll_wait", number: number) }
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
