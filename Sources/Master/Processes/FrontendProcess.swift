internal import Glibc
internal import Platform
internal import ProcessProtocol

/// The frontend, as the master sees it: a process, and the connection to it.
final class FrontendProcess {
    let pid: pid_t
    let startedAt: Instant
    private(set) var link: OwnedDescriptor?
    private var reader = LineReader()
    private var output = OutputBuffer()

    /// Starts the program; `descriptors` gives what it gets where the far end of its connection to the master is of the number that is
    /// told.
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

    /// The number of the connection, while there is one.
    var linkNumber: CInt? {
        switch link {
        case .some(let link): link.rawValue
        case nil: nil
        }
    }

    /// Closes the connection, which tells the frontend to finish what it has in hand and exit.
    func closeLink() {
        link = nil
    }

    /// Tells it something, and never waits; `false` when the frontend has left more unread than it may.
    func tell(_ message: MasterMessage) -> Bool {
        guard linkNumber != nil else { return true }
        guard output.append(message.encoded) else { return false }
        flush()
        return true
    }

    /// Whether lines wait for the frontend to read others.
    var hasOutput: Bool { !output.isEmpty && linkNumber != nil }

    /// Writes the lines that wait, as far as there is room for them.
    func flush() {
        switch link {
        // One that does not take it is about to end.
        case .some(let link): try? output.flush { bytes throws(SystemError) in try link.send(bytes) }
        case nil: break
        }
    }

    /// Why the frontend is not listened to any longer.
    enum LinkEnd: Error {
        case closed
        case lineTooLong
    }

    /// Reads what the frontend has said.
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
