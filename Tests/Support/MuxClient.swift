internal import Glibc
internal import Platform

/// A client of a saslauthd socket that sends exactly the bytes that a test chooses.
package final class MuxClient {
    /// The result of a request.
    package enum Answer: Equatable, Sendable, CustomStringConvertible {
        /// A text with its length, then the end of the connection.
        case text(String)
        /// The end of the connection without an answer.
        case nothing
        /// Neither an answer nor the end within the time.
        case silence
        /// Any other bytes.
        case odd([UInt8])

        package var description: String {
            switch self {
            case .text(let text): "\"\(text)\""
            case .nothing: "nothing"
            case .silence: "silence"
            case .odd(let bytes): "odd \(bytes)"
            }
        }
    }

    private let socket: OwnedDescriptor

    package init(_ path: String) throws {
        socket = try UnixSocket.connect(to: path)
        signal(SIGPIPE, SIG_IGN)
    }

    /// A request in wire form.
    package static func request(_ fields: [UInt8]...) -> [UInt8] {
        fields.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
    }

    package static func request(_ fields: String...) -> [UInt8] {
        fields.flatMap { request(Array($0.utf8)) }
    }

    /// Sends bytes; a server that has closed the connection does not read them.
    package func send(_ bytes: [UInt8]) throws {
        do throws(SystemError) {
            try socket.writeAll(bytes.span)
        } catch {
            guard error.number == EPIPE || error.number == ECONNRESET else { throw error }
        }
    }

    package func endOutput() {
        shutdown(socket.rawValue, CInt(SHUT_WR))
    }

    /// Reads to the end of the connection, waiting at most `milliseconds` for each read.
    package func answer(milliseconds: CInt = 60_000) throws -> Answer {
        var bytes: [UInt8] = []
        while true {
            guard try !waitForInput(on: [socket.rawValue], milliseconds: milliseconds).isEmpty else {
                return bytes.isEmpty ? .silence : .odd(bytes)
            }
            do throws(SystemError) {
                if try socket.read(into: &bytes, limit: 4096) == 0 { break }
            } catch {
                // After an answer this is the end: the server has not read all input.
                guard error.number == ECONNRESET, !bytes.isEmpty else { throw error }
                break
            }
        }
        if bytes.isEmpty { return .nothing }
        guard bytes.count >= 2, Int(bytes[0]) << 8 | Int(bytes[1]) == bytes.count - 2 else { return .odd(bytes) }
        return .text(String(decoding: bytes.dropFirst(2), as: UTF8.self))
    }

    /// The bytes of the first read.
    package func firstRead() throws -> [UInt8] {
        var bytes: [UInt8] = []
        _ = try socket.read(into: &bytes, limit: 4096)
        return bytes
    }

    /// Sends a request in one piece and waits for the answer.
    package static func ask(_ path: String, _ fields: String...) throws -> Answer {
        let client = try MuxClient(path)
        try client.send(fields.flatMap { request($0) })
        return try client.answer()
    }
}
