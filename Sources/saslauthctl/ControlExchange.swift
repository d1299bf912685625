import Glibc
import Platform
import ProcessProtocol

/// A connection to a daemon on which one request was sent, and the answer as far as it has arrived.
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

    /// Reads the part of the answer that has arrived; returns the whole answer at its end, empty if there is none.
    mutating func read() throws(SystemError) -> String? {
        guard try connection.read(into: &bytes, limit: 65_536) == 0 || bytes.count > Self.longestAnswer else {
            return nil
        }
        return String(decoding: bytes.prefix(Self.longestAnswer), as: UTF8.self)
    }
}
