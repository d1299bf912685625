internal import Glibc
internal import Platform

/// The frontend, as the master sees it: a process, and the connection to it.
final class FrontendProcess {
    /// What the frontend tells the master.
    enum Message: Equatable {
        case ready
        case failed(reason: String)
        case kill(pid_t)
        /// It has closed its connection to a worker.
        case closed(pid_t)
        /// Settings and files are to be read again.
        case reload
        /// The answer to `ping`.
        case alive
    }

    let pid: pid_t
    let startedAt: Instant
    private(set) var link: OwnedDescriptor?
    private var reader = LineReader()
    private var output = OutputBuffer()

    /// Starts the program; its descriptors from 3 on are the connection, the memory of the frontend before and its own, the ways to
    /// the workers and the listening sockets.
    init(
        _ program: Program,
        previousMemory: FrontendMemory,
        ownMemory: FrontendMemory,
        workers: [CInt],
        listeners: [CInt],
        standardError: borrowing OwnedDescriptor
    ) throws(SystemError) {
        let pair = try SocketPair()
        let null = try OwnedDescriptor.open("/dev/null", O_RDWR)
        let descriptors = [null.rawValue, null.rawValue, standardError.rawValue, pair.far.rawValue]
        try pair.near.becomeNonblocking()
        let memories = [previousMemory.descriptor.rawValue, ownMemory.descriptor.rawValue]
        pid = try program.start(descriptors: descriptors + memories + workers + listeners)
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

    /// Says a line: `serve`, to accept clients before a worker is ready; `retire`, to accept no more and exit when those that are
    /// there are answered; `ping`; `kept REASON`, a reload was refused.
    ///
    /// Never waits. `false` when the frontend has left more unread than it may.
    func tell(_ line: String) -> Bool {
        guard linkNumber != nil else { return true }
        guard output.append(line) else { return false }
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
    func messages() throws(LinkEnd) -> [Message] {
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
            return try reader.take(buffer[..<count]).compactMap { Message($0) }
        } catch {
            throw .lineTooLong
        }
    }
}

extension FrontendProcess.Message {
    /// Reads a line; `nil` when it is none of the frontend's.
    init?(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 1)
        switch (words.first, words.last) {
        case ("ready", _): self = .ready
        case ("reload", _): self = .reload
        case ("alive", _): self = .alive
        case ("failed", let reason?): self = .failed(reason: String(reason))
        case ("kill", let number?):
            guard let pid = pid_t(number), pid > 1 else { return nil }
            self = .kill(pid)
        case ("closed", let number?):
            guard let pid = pid_t(number), pid > 1 else { return nil }
            self = .closed(pid)
        default: return nil
        }
    }
}
