internal import Glibc

/// A fixed number of slots for descriptors to wait for; poll(2).
///
/// The caller keeps the descriptors and removes each from its slot before closing it.
package struct PollSet: ~Copyable {
    private var entries: [pollfd]

    package init(places: Int) {
        entries = Array(repeating: pollfd(fd: -1, events: 0, revents: 0), count: places)
    }

    /// Waits in this slot until `descriptor` can be read or, if requested, written.
    package mutating func watch(_ descriptor: borrowing OwnedDescriptor, at place: Int, forWriting: Bool) {
        entries[place] = pollfd(
            fd: descriptor.rawValue,
            events: Int16(forWriting ? POLLIN | POLLOUT : POLLIN),
            revents: 0
        )
    }

    /// Empties a slot.
    package mutating func forget(place: Int) {
        entries[place].fd = -1
        entries[place].revents = 0
    }

    /// Whether the last wait found an event for this slot; the end of input and errors count.
    package func isReady(place: Int) -> Bool { entries[place].revents != 0 }

    /// Waits for an event, a signal or the end of the time; returns whether there was an event.
    package mutating func wait(milliseconds: CInt?) throws(SystemError) -> Bool {
        // SAFETY: the call gets the length of the array.
        let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds ?? -1)
        guard count < 0 else { return count > 0 }
        let number = errno
        guard number == EINTR else { throw SystemError("poll", number: number) }
        for place in entries.indices { entries[place].revents = 0 }
        return false
    }
}
