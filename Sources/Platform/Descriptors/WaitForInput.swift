internal import Glibc

/// Waits until one of `descriptors` can be read or is at its end, or one of `writers` can be written; poll(2).
///
/// Waits at most `milliseconds`, or without a limit if that is `nil`. Returns the indices of ready `descriptors`: none
/// after the time or a signal, or if only a writer is ready.
package func waitForInput(
    on descriptors: [CInt],
    orRoomOn writers: [CInt] = [],
    milliseconds: CInt?
) throws(SystemError) -> [Int] {
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    entries += writers.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
    // SAFETY: the call gets the length of the array.
    let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds ?? -1)
    guard count >= 0 else {
        let number = errno
        if number == EINTR { return [] }
        throw SystemError("poll", number: number)
    }
    return descriptors.indices.filter { entries[$0].revents != 0 }
}
