internal import EventLoop
internal import Platform

/// A listening socket, which the master has open too: without a frontend, clients wait in its backlog.
final class Listener: EventSource {
    /// How many clients are accepted before other events are handled.
    private static let clientsATurn = 64
    /// The pause when descriptors or memory for a connection are short, in milliseconds; clients wait in the backlog.
    private static let pause = 250

    private let descriptor: OwnedDescriptor
    private let loop: EventLoop
    private var registration: EventLoop.Registration?
    private var isWanted = false
    private let onClient: (consuming OwnedDescriptor) -> Void
    private let onFailure: (SystemError) -> Void

    /// Calls `onClient` with each client's connection; after an error, calls `onFailure` and tries again later.
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

    /// Starts or stops accepting clients; meanwhile they wait in the backlog.
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

    /// Stops accepting clients permanently.
    func stop() {
        do throws(SystemError) {
            try accept(false)
        } catch {
            fatalError("cannot remove a listening socket from the loop: \(error)")
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

    /// Pauses, because the listener would be ready again at once.
    private func rest() {
        do throws(SystemError) {
            try watch(false)
        } catch {
            fatalError("cannot remove a listening socket from the loop: \(error)")
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
