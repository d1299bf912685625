import Platform

/// Carries out `KeptLogins`.
struct KeptLoad {
    private static let bufferSize = 65_536

    let socket: String
    let login: DovecotLogin
    let process: UInt32
    let total: Int
    let concurrency: Int

    /// Sends all requests.
    ///
    /// - Parameter progress: called repeatedly with the number of finished requests.
    /// - Returns: the results.
    func run(progress: (Int) -> Void) -> Summary {
        let start = Instant.now
        var logins = KeptLogins(login, process: process, total: total, concurrency: concurrency)
        var buffer = [UInt8](repeating: 0, count: Self.bufferSize)
        while !logins.isOver {
            do throws(Failure) {
                try serve(&logins, &buffer, progress)
            } catch {
                logins.lost(error)
            }
            progress(logins.summary.count)
        }
        var summary = logins.summary
        summary.duration = Instant.now.nanoseconds - start.nanoseconds
        return summary
    }

    /// Connects, and sends requests until all are done; `Failure` when the connection is lost.
    private func serve(_ logins: inout KeptLogins, _ buffer: inout [UInt8], _ progress: (Int) -> Void) throws(Failure) {
        let limit = TimeLimit(seconds: DovecotDialogue.greetingTime)
        let connection = try limit.connect(to: socket)
        var poll = PollSet(places: 1)
        logins.connected()
        while !logins.isOver {
            send(&logins, on: connection)
            poll.watch(connection, at: 0, forWriting: !logins.output.isEmpty)
            if !logins.isGreeted, logins.output.isEmpty {
                guard limit.awaitsInput(on: connection.rawValue) else {
                    throw .dovecot(.noGreeting(seconds: limit.seconds))
                }
            } else {
                // If poll(2) fails, reading finds nothing, and it is tried again.
                _ = try? poll.wait(milliseconds: nil)
            }
            try receive(&logins, &buffer, on: connection)
            progress(logins.summary.count)
        }
    }

    private func send(_ logins: inout KeptLogins, on connection: borrowing OwnedDescriptor) {
        guard !logins.output.isEmpty else { return }
        switch try? connection.send(logins.output.span) {
        case .bytes(let count): logins.sent(count)
        case .wouldBlock: break
        // Answers may have arrived already: reading reports the end after them.
        case .ended, nil: logins.sent(logins.output.count)
        }
    }

    private func receive(
        _ logins: inout KeptLogins,
        _ buffer: inout [UInt8],
        on connection: borrowing OwnedDescriptor
    ) throws(Failure) {
        switch try? connection.receive(into: &buffer) {
        case .bytes(let count):
            do throws(DovecotFailure) {
                try logins.take(buffer.span.extracting(..<count), now: .now)
            } catch {
                throw .dovecot(error)
            }
        case .wouldBlock: break
        case .ended, nil: throw logins.cutShort
        }
    }
}
