import Authentication
import MuxProtocol
import Platform

/// A question that no mechanism sees and that every saslauthd answers with the same words: four empty fields.
struct Ping {
    static let defaultTimeLimit = 5
    static let longestTimeLimit = 3600
    /// Nothing tells when a full backlog has room again; this long, in milliseconds, until it is tried.
    private static let pauseOfFullBacklog = 10
    private static let request = [UInt8](repeating: 0, count: 8)
    private static let answer = Reply(to: .emptyRequest).wire

    let socket: String
    /// How many seconds there are for all of it.
    let timeLimit: Int

    /// Asks; `nil` when a saslauthd has answered.
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
            // A connection that breaks is one that ends.
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

    /// Waits for one of `descriptors`; `false` when it is too late for that.
    private func wait(for descriptors: [CInt], until end: Instant) -> Bool {
        let left = Instant.now.milliseconds(until: end)
        // What cannot be waited for is tried again.
        _ = try? waitForInput(on: descriptors, milliseconds: CInt(left))
        return left > 0
    }
}
