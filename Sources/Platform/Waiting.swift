internal import CPlatform
internal import Glibc

/// Signals as something to read; signalfd(2).
package struct SignalDescriptor: ~Copyable {
    package let descriptor: OwnedDescriptor

    /// Blocks `signals` for this thread, so that they are reported here and nowhere else.
    package init(_ signals: [CInt]) throws(SystemError) {
        // SAFETY: the array is as long as the call is told.
        let number = try systemCall("signalfd") { unsafe cplatform_signal_descriptor(signals, signals.count) }
        descriptor = OwnedDescriptor(adopting: number)
    }

    /// The next signal that waits, or `nil`.
    package func next() throws(SystemError) -> CInt? {
        let signal = try systemCall("read", on: "signalfd") { cplatform_next_signal(descriptor.rawValue) }
        return signal == 0 ? nil : signal
    }
}

/// Waits until one of `descriptors` can be read or is at its end, or one of `writers` can be written; poll(2).
///
/// Waits `milliseconds` at the most, for ever when that is `nil`. Gives the places in `descriptors` that are ready:
/// none after the time or a signal, or when only a writer is.
package func waitForInput(
    on descriptors: [CInt],
    orRoomOn writers: [CInt] = [],
    milliseconds: CInt?
) throws(SystemError) -> [Int] {
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    entries += writers.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
    // SAFETY: the array is as long as the call is told.
    let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds ?? -1)
    guard count >= 0 else {
        let number = errno
        if number == EINTR { return [] }
        throw SystemError("poll", number: number)
    }
    return descriptors.indices.filter { entries[$0].revents != 0 }
}
