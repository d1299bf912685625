import Authentication
import MuxProtocol
import Platform

/// A request with four empty fields, which every saslauthd answers with the same text without asking a mechanism.
struct Ping {
    static let defaultTimeLimit = 5
    static let longestTimeLimit = 3600
    /// The pause before connecting is tried again, in milliseconds, as no event reports room in a full backlog.
    private static let pauseOfFullBacklog = 10
    private static let request = [UInt8](repeating: 0, count: 8)
    private static let answer = Reply(to: .emptyRequest).wire

    let socket: String
    /// The deadline for connecting and the answer, in seconds.
    let timeLimit: Int

    /// Sends the request; `nil` when a saslauthd has answered.
    func run() -> Failure? {
        do {
            try ask(until: .now.advanced(milliseconds: timeLimit * 1000))
            return nil
        } catch {
            return error
        }
    }

    private func ask(until deadline: Instant) throws(Failure) {
        let connection = try connect(until: deadline)
        do {
            try connection.writeAll(Self.request.span)
        } catch {
            throw .requestNotSent
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1024)
        while bytes.count < 2 || bytes.count < 2 + (Int(bytes[0]) << 8 | Int(bytes[1])) {
            // A broken connection counts as closed.
            switch try? connection.receive(into: &buffer) {
            case .bytes(let count): bytes += buffer[..<count]
            case .wouldBlock:
                guard wait(for: [connection.rawValue], until: deadline) else {
                    throw .timeIsOver(seconds: timeLimit, isConnected: true)
                }
            case .ended, nil: throw bytes.count < 2 ? .noLength : .textCut
            }
        }
        guard bytes == Self.answer else { throw .strange(ByteString(Array(bytes.dropFirst(2)))) }
    }

    private func connect(until deadline: Instant) throws(Failure) -> OwnedDescriptor {
        do throws(SystemError) {
            let connection = try UnixSocket.unconnected()
            while true {
                if try UnixSocket.tryConnect(connection, to: socket) { return connection }
                let next = Instant.now.advanced(milliseconds: Self.pauseOfFullBacklog)
                guard next < deadline else { break }
                _ = wait(for: [], until: next)
            }
        } catch {
            throw .unconnected(error)
        }
        throw .timeIsOver(seconds: timeLimit, isConnected: false)
    }

    /// Waits until one of `descriptors` is readable or `end` is reached; `false` when it is already past `end`.
    private func wait(for descriptors: [CInt], until end: Instant) -> Bool {
        let left = Instant.now.milliseconds(until: end)
        // If poll(2) fails, the caller tries again.
        _ = try? waitForInput(on: descriptors, milliseconds: CInt(left))
        return left > 0
    }
}
