internal import Platform

/// A listening socket, which the master holds too: clients that come while there is no frontend wait in its backlog.
final class Listener: EventSource {
    /// How many clients are accepted before others have their turn.
    private static let clientsATurn = 64

    private let descriptor: OwnedDescriptor
    private let loop: EventLoop
    private var registration: EventLoop.Registration?
    private let onClient: (consuming OwnedDescriptor) -> Void
    private let onFailure: (SystemError) -> Void

    /// Listens on `descriptor`, and calls `onClient` with each client's connection, or `onFailure`.
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
        }
    }
}
