internal import Glibc

/// A fixed number of places for descriptors to wait on; poll(2).
///
/// The descriptors stay their owners', who take them out of their places before they close them.
package struct PollSet: ~Copyable {
    private var entries: [pollfd]

    package init(places: Int) {
        entries = Array(repeating: pollfd(fd: -1, events: 0, revents: 0), count: places)
    }

    /// Waits at this place from now on until `descriptor` can be read or, if asked for, written.
    package mutating func watch(_ descriptor: borrowing OwnedDescriptor, at place: Int, forWriting: Bool) {
        entries[place] = pollfd(
            fd: descriptor.rawValue,
            events: Int16(forWriting ? POLLIN | POLLOUT : POLLIN),
            revents: 0
        )
    }

    /// Waits at this place for nothing any more.
    package mutating func forget(place: Int) {
        entries[place].fd = -1
        entries[place].revents = 0
    }

    /// Whether the last wait found something at this place; an end or an error counts.
    package func isReady(place: Int) -> Bool { entries[place].revents != 0 }

    /// Waits until something is ready, a signal came or the time is over; says whether something is.
    package mutating func wait(milliseconds: CInt?) throws(SystemError) -> Bool {
        // SAFETY: the array is as long as the call is told.
        let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds ?? -1)
        guard count < 0 else { return count > 0 }
        let number = errno
        guard number == EINTR else { throw SystemError("poll", number: number) }
        for place in entries.indices { entries[place].revents = 0 }
        return false
    }
}
