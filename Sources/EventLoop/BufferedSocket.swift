internal import Authentication
package import Platform

/// A connection that the loop waits for: a descriptor, and what could not be written to it at once.
///
/// The owner tells the loop to forget it by `close`.
package final class BufferedSocket {
    private let loop: EventLoop
    private var descriptor: OwnedDescriptor?
    private var registration: EventLoop.Registration?
    private var unsent: [UInt8] = []

    package init(_ descriptor: consuming OwnedDescriptor, loop: EventLoop) {
        self.loop = loop
        self.descriptor = consume descriptor
    }

    package var isOpen: Bool { number != nil }
    package var isWatched: Bool { registration != nil }
    package var hasSentAll: Bool { unsent.isEmpty }

    /// Has the loop tell `source` what happens on the connection; `false` when the system has no room for one more.
    package func watch(_ source: any EventSource) -> Bool {
        guard registration == nil, let number else { return true }
        registration = try? loop.add(source, number)
        return registration != nil
    }

    /// Has the loop tell nothing more; the connection stays open.
    package func stopWatching() {
        guard let registration = registration.take(), let number else { return }
        do throws(SystemError) {
            try loop.remove(registration, number)
        } catch {
            fatalError("a descriptor cannot be taken out of the loop: \(error)")
        }
    }

    /// Reads what has come, at most as much as `buffer` has room for; an error counts as the end.
    package func receive(into buffer: inout [UInt8]) -> Transfer {
        switch descriptor {
        case .some(let descriptor): (try? descriptor.receive(into: &buffer)) ?? .ended
        case nil: .ended
        }
    }

    /// Writes `bytes`, now as far as there is room and the rest when there is; nothing to a side that has gone.
    package func send(_ bytes: [UInt8]) {
        guard unsent.isEmpty else {
            // The bytes can be a password's: what has grown out of its memory would stay there.
            let old = unsent
            unsent = [UInt8](copying: old.span, bytes.span)
            wipe(old.span)
            return
        }
        let sent = attempt(bytes.span)
        guard sent < bytes.count else { return }
        unsent = Array(bytes[sent...])
        setInterest(.readingAndWriting)
    }

    /// There is room again: writes what is left.
    package func flush() {
        guard !unsent.isEmpty else { return }
        let rest = unsent
        unsent = []
        setInterest(.reading)
        send(rest)
        wipe(rest.span)
    }

    /// Whether the other side has closed the connection in both directions: nobody will read an answer.
    package var hasHungUp: Bool {
        switch descriptor {
        case .some(let descriptor): descriptor.hasHungUp
        case nil: true
        }
    }

    package func endOutput() {
        switch descriptor {
        case .some(let descriptor): descriptor.endOutput()
        case nil: break
        }
    }

    package func close() {
        // The kernel forgets a descriptor that is closed.
        if let registration = registration.take() { loop.forget(registration) }
        descriptor = nil
        wipe(unsent.span)
        unsent = []
    }

    private var number: CInt? {
        switch descriptor {
        case .some(let descriptor): descriptor.rawValue
        case nil: nil
        }
    }

    /// How many bytes were taken; all of them by a side that has gone.
    private func attempt(_ bytes: Span<UInt8>) -> Int {
        switch descriptor {
        case .some(let descriptor):
            switch try? descriptor.send(bytes) {
            case .bytes(let count): count
            case .wouldBlock: 0
            case .ended, nil: bytes.count
            }
        case nil: bytes.count
        }
    }

    private func setInterest(_ interest: Epoll.Interest) {
        guard let registration, let number else { return }
        do throws(SystemError) {
            try loop.change(registration, number, to: interest)
        } catch {
            fatalError("a descriptor's interest cannot be changed: \(error)")
        }
    }
}
