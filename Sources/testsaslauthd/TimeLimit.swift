import Platform

/// Connecting and waiting until a deadline.
struct TimeLimit {
    /// The pause before connecting is tried again, in milliseconds, as no event reports room in a full backlog.
    private static let pauseOfFullBacklog = 10

    let seconds: Int
    private let end: Instant

    /// A deadline in `seconds` from now.
    init(seconds: Int) {
        self.seconds = seconds
        end = .now.advanced(milliseconds: seconds * 1000)
    }

    /// Connects to the stream socket at `path`; the connection is non-blocking.
    func connect(to path: String) throws(Failure) -> OwnedDescriptor {
        do throws(SystemError) {
            let connection = try UnixSocket.unconnected()
            while true {
                if try UnixSocket.tryConnect(connection, to: path) { return connection }
                let next = Instant.now.advanced(milliseconds: Self.pauseOfFullBacklog)
                guard next < end else { break }
                _ = wait(for: [], until: next)
            }
        } catch {
            throw .unconnected(error)
        }
        throw .timeIsOver(seconds: seconds, isConnected: false)
    }

    /// Waits for input or the end of it; `false` when the time is over.
    func awaitsInput(on descriptor: CInt) -> Bool {
        while true {
            let (ready, isInTime) = wait(for: [descriptor], until: end)
            if ready { return true }
            if !isInTime { return false }
        }
    }

    /// Waits until one of `descriptors` is readable or `end` is reached.
    private func wait(for descriptors: [CInt], until end: Instant) -> (isReady: Bool, isInTime: Bool) {
        let left = Instant.now.milliseconds(until: end)
        // If poll(2) fails, the caller tries again.
        let ready = try? waitForInput(on: descriptors, milliseconds: CInt(left))
        return (ready?.isEmpty == false, left > 0)
    }
}
