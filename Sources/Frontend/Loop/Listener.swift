internal import EventLoop
internal import Platform

/// A listening socket, which the master holds too: clients that come while there is no frontend wait in its backlog.
final class Listener: EventSource {
    /// How many clients are accepted before others have their turn.
    private static let clientsATurn = 64
    /// How long none is accepted when the system has no descriptor or memory for one, in milliseconds: they wait in the backlog.
    private static let pause = 250

    private let descriptor: OwnedDescriptor
    private let loop: EventLoop
    private var registration: EventLoop.Registration?
    private var isWanted = false
    private let onClient: (consuming OwnedDescriptor) -> Void
    private let onFailure: (SystemError) -> Void

    /// Listens on `descriptor`, and calls `onClient` with each client's connection, or `onFailure` and tries again a little later.
    init(
        _ descriptor: consuming OwnedDescriptor,
        loop: EventLoop,
        onClient: @escaping (consuming OwnedDescriptor) -> Void,
        onFailure: @escaping (SystemError) -> Void
    ) {
        self.descriptor = descriptor
        self.loop = loop
        self.onClient = onClient
        self.onFailure = onFailure
    }

    /// Begins to accept clients, or stops it: they wait in the backlog.
    func accept(_ accepts: Bool) throws(SystemError) {
        isWanted = accepts
        try watch(accepts)
    }

    private func watch(_ accepts: Bool) throws(SystemError) {
        if accepts, registration == nil {
            registration = try loop.add(self, descriptor.rawValue)
        } else if !accepts, let registration = registration.take() {
            try loop.remove(registration, descriptor.rawValue)
        }
    }

    /// Accepts no more clients, for good.
    func stop() {
        do throws(SystemError) {
            try accept(false)
        } catch {
            fatalError("a listening socket cannot be taken out of the loop: \(error)")
        }
    }

    func isReady(readable: Bool, writable: Bool) {
        do throws(SystemError) {
            for _ in 0..<Self.clientsATurn where registration != nil {
                guard let client = try UnixSocket.acceptNonblocking(on: descriptor.rawValue) else { return }
                onClient(client)
            }
        } catch {
            onFailure(error)
            rest()
        }
    }

    /// Looks away for a moment: the listener would be ready again at once.
    private func rest() {
        do throws(SystemError) {
            try watch(false)
        } catch {
            fatalError("a listening socket cannot be taken out of the loop: \(error)")
        }
        loop.schedule(milliseconds: Self.pause) { [weak self] in self?.wakeUp() }
    }

    private func wakeUp() {
        guard isWanted else { return }
        do throws(SystemError) {
            try watch(true)
        } catch {
            onFailure(error)
            rest()
        }
    }
}
