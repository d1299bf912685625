internal import CPlatform
internal import Glibc
package import Platform

/// Many descriptors, waited for at once; epoll(7), level-triggered.
package struct Epoll: ~Copyable {
    /// What a descriptor is waited for.
    package enum Interest: Sendable {
        /// Bytes to read, or the other side's end.
        case reading
        /// The same, and room to write.
        case readingAndWriting
    }

    /// A descriptor that is ready.
    package struct Event: Sendable {
        /// What the descriptor was added with.
        package let token: UInt64
        /// There are bytes, the end or an error to be read.
        package let isReadable: Bool
        package let isWritable: Bool
    }

    private let descriptor: OwnedDescriptor
    private var events = [cplatform_event](repeating: cplatform_event(), count: 64)

    package init() throws(SystemError) {
        descriptor = OwnedDescriptor(adopting: try systemCall("epoll_create1") { cplatform_epoll() })
    }

    /// Waits for `descriptor` too, until it is closed or removed.
    package func add(_ descriptor: CInt, token: UInt64, for interest: Interest) throws(SystemError) {
        try set(descriptor, token: token, adding: true, for: interest)
    }

    /// Changes what `descriptor` is waited for.
    package func change(_ descriptor: CInt, token: UInt64, to interest: Interest) throws(SystemError) {
        try set(descriptor, token: token, adding: false, for: interest)
    }

    /// Waits for `descriptor` no longer.
    package func remove(_ descriptor: CInt) throws(SystemError) {
        let epoll = self.descriptor.rawValue
        try systemCall("epoll_ctl") { cplatform_epoll_remove(epoll, descriptor) }
    }

    /// Waits until descriptors are ready, for ever with `nil`, and gives how many are: none after the time or a signal.
    package mutating func wait(milliseconds: CInt?) throws(SystemError) -> Int {
        let epoll = descriptor.rawValue
        // SAFETY: the array is as long as the call is told.
        let count = unsafe cplatform_epoll_wait(epoll, &events, CInt(events.count), milliseconds ?? -1)
        if count >= 0 { return Int(count) }
        let number = errno
        guard number == EINTR else { throw SystemError("epoll_wait", number: number) }
        return 0
    }

    /// One of those that the last call of `wait` has found.
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
            cplatform_epoll_set(epoll, descriptor, token, adding, interest == .readingAndWriting)
        }
    }
}
