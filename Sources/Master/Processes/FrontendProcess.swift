internal import Glibc
internal import Platform
internal import ProcessProtocol

/// The frontend's process and the connection to it.
final class FrontendProcess {
    let pid: pid_t
    let startedAt: Instant
    private(set) var link: OwnedDescriptor?
    private var reader = LineReader()
    private var output = OutputBuffer()

    /// Starts the program; `descriptors` returns its descriptors for the given far end of its connection to the master.
    init(
        _ program: Program,
        descriptors: (_ master: CInt) -> FrontendDescriptors,
        standardError: borrowing OwnedDescriptor
    ) throws(SystemError) {
        let pair = try SocketPair()
        let null = try OwnedDescriptor.open("/dev/null", O_RDWR)
        try pair.near.becomeNonblocking()
        pid = try program.start(
            descriptors: [null.rawValue, null.rawValue, standardError.rawValue] + descriptors(pair.far.rawValue).inOrder
        )
        startedAt = .now
        link = pair.intoNear()
    }

    /// The descriptor number of the connection, while there is one.
    var linkNumber: CInt? {
        switch link {
        case .some(let link): link.rawValue
        case nil: nil
        }
    }

    /// Closes the connection, so that the frontend finishes its requests in flight and exits.
    func closeLink() {
        link = nil
    }

    /// Sends a message without blocking; `false` if the frontend has left too much unread.
    func tell(_ message: MasterMessage) -> Bool {
        guard linkNumber != nil else { return true }
        guard output.append(message.encoded) else { return false }
        flush()
        return true
    }

    /// Whether messages wait for the frontend to read earlier ones.
    var hasOutput: Bool { !output.isEmpty && linkNumber != nil }

    /// Writes waiting messages as far as the socket takes them.
    func flush() {
        switch link {
        // After an error the connection is about to close.
        case .some(let link): try? output.flush { bytes throws(SystemError) in try link.send(bytes) }
        case nil: break
        }
    }

    /// Why the frontend's connection is unusable.
    enum LinkEnd: Error {
        case closed
        case lineTooLong
    }

    /// Reads the messages of the frontend.
    func messages() throws(LinkEnd) -> [FrontendMessage] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count: Int
        switch link {
        case .some(let link):
            switch try? link.receive(into: &buffer) {
            case .bytes(let bytes): count = bytes
            case .wouldBlock: return []
            case .ended, nil: throw .closed
            }
        case nil: throw .closed
        }
        do throws(LineReader.TooLong) {
            return try reader.take(buffer[..<count]).compactMap { FrontendMessage(decoding: $0) }
        } catch {
            throw .lineTooLong
        }
    }
}
