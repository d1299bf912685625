internal import Authentication
package import Platform

/// A connection in the event loop: a descriptor and the output that is still to be written.
///
/// The owner unregisters it with `close`.
package final class BufferedSocket {
    private let loop: EventLoop
    private var descriptor: OwnedDescriptor?
    private var registration: EventLoop.Registration?
    private var unsent: [UInt8] = []
    private let outputFirst: Bool

    /// With `outputFirst`, no input is reported while there is output: a peer that does not read its replies is not
    /// served any more.
    package init(_ descriptor: consuming OwnedDescriptor, loop: EventLoop, outputFirst: Bool = false) {
        self.loop = loop
        self.outputFirst = outputFirst
        self.descriptor = consume descriptor
    }

    package var isOpen: Bool { number != nil }
    package var isWatched: Bool { registration != nil }
    package var hasSentAll: Bool { unsent.isEmpty }

    /// Has the loop report events of the connection to `source`; `false` when epoll accepts no further descriptor.
    package func watch(_ source: any EventSource) -> Bool {
        guard registration == nil, let number else { return true }
        registration = try? loop.add(source, number)
        if !unsent.isEmpty { awaitRoom() }
        return registration != nil
    }

    /// Stops event reports; the connection stays open.
    package func stopWatching() {
        guard let registration = registration.take(), let number else { return }
        do throws(SystemError) {
            try loop.remove(registration, number)
        } catch {
            fatalError("cannot remove a descriptor from the loop: \(error)")
        }
    }

    /// Reads available bytes, up to the capacity of `buffer`; an error counts as the end.
    package func receive(into buffer: inout [UInt8]) -> Transfer {
        switch descriptor {
        case .some(let descriptor): (try? descriptor.receive(into: &buffer)) ?? .ended
        case nil: .ended
        }
    }

    /// Writes `bytes` as far as the socket takes them, and the rest later; discards them when the peer is gone.
    package func send(_ bytes: [UInt8]) {
        guard unsent.isEmpty else {
            // `bytes` may hold a password, so the old array is wiped rather than grown.
            let old = unsent
            unsent = [UInt8](copying: old.span, bytes.span)
            wipe(old.span)
            return
        }
        let sent = attempt(bytes.span)
        guard sent < bytes.count else { return }
        unsent = Array(bytes[sent...])
        awaitRoom()
    }

    /// Writes pending output when the socket is writable again.
    package func flush() {
        guard !unsent.isEmpty else { return }
        let rest = unsent
        unsent = []
        setInterest(.reading)
        send(rest)
        wipe(rest.span)
    }

    /// Whether the peer has closed both directions, so that nobody will read a reply.
    package var hasHungUp: Bool {
        switch descriptor {
        case .some(let descriptor): descriptor.hasHungUp
        case nil: true
        }
    }

    /// Has the peer's next write fail; what it has written is still received, and then the end.
    package func endInput() {
        switch descriptor {
        case .some(let descriptor): descriptor.endInput()
        case nil: break
        }
    }

    package func endOutput() {
        switch descriptor {
        case .some(let descriptor): descriptor.endOutput()
        case nil: break
        }
    }

    package func close() {
        // close(2) removes the descriptor from epoll.
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

    /// Returns how many bytes were taken; all of them if the peer is gone.
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

    private func awaitRoom() { setInterest(outputFirst ? .writing : .readingAndWriting) }

    private func setInterest(_ interest: Epoll.Interest) {
        guard let registration, let number else { return }
        do throws(SystemError) {
            try loop.change(registration, number, to: interest)
        } catch {
            fatalError("cannot change what a descriptor is watched for: \(error)")
        }
    }
}
