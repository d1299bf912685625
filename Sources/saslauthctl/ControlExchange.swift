import Glibc
import Platform
import ProcessProtocol

/// A connection to a daemon on which one request was sent, and what has come of its answer.
struct ControlExchange: ~Copyable {
    /// The longest answer, in bytes.
    private static let longestAnswer = 1 << 24

    private let connection: OwnedDescriptor
    private var bytes: [UInt8] = []

    init(_ request: ControlRequest, socket: String) throws(SystemError) {
        let connection = try UnixSocket.connect(to: socket)
        try connection.writeAll(request.encoded().span)
        self.connection = connection
    }

    /// The descriptor to wait on before `read`.
    var descriptor: CInt { connection.rawValue }

    /// Reads what has come; gives the whole answer at its end, and an empty one where there is none.
    mutating func read() throws(SystemError) -> String? {
        guard try connection.read(into: &bytes, limit: 65_536) == 0 || bytes.count > Self.longestAnswer else {
            return nil
        }
        return String(decoding: bytes.prefix(Self.longestAnswer), as: UTF8.self)
    }
}
