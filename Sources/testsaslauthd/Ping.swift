import Authentication
import MuxProtocol
import Platform

/// A request with four empty fields, which every saslauthd answers with the same text without asking a mechanism.
struct Ping {
    static let defaultTimeLimit = 5
    static let longestTimeLimit = 3600
    private static let request = [UInt8](repeating: 0, count: 8)
    private static let answer = Reply(to: .emptyRequest).wire

    let socket: String
    /// The deadline for connecting and the answer, in seconds.
    let timeLimit: Int

    /// Sends the request; returns once a saslauthd has answered.
    func run() throws(Failure) {
        let limit = TimeLimit(seconds: timeLimit)
        let connection = try limit.connect(to: socket)
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
                guard limit.awaitsInput(on: connection.rawValue) else {
                    throw .timeIsOver(seconds: timeLimit, isConnected: true)
                }
            case .ended, nil: throw bytes.count < 2 ? .noLength : .textCut
            }
        }
        guard bytes == Self.answer else { throw .strange(ByteString(Array(bytes.dropFirst(2)))) }
    }
}
