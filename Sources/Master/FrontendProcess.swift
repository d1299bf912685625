internal import Glibc
internal import Platform

/// The frontend, as the master sees it: a process, and the connection to it.
final class FrontendProcess {
    /// What the frontend tells the master.
    enum Message: Equatable {
        case ready
        case failed(reason: String)
        case kill(pid_t)
        /// Settings and files are to be read again.
        case reload
        /// The answer to `ping`.
        case alive
    }

    let pid: pid_t
    let startedAt: Instant
    private(set) var link: OwnedDescriptor?
    private var received: [UInt8] = []

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
    func tell(_ line: String) {
        switch link {
        // One that does not take it is about to end.
        case .some(let link): try? link.writeAll(Array("\(line)\n".utf8).span)
        case nil: break
        }
    }

    /// Reads what the frontend has said; `nil` at the end of the connection.
    func messages() throws(SystemError) -> [Message]? {
        switch link {
        case .some(let link): guard try link.read(into: &received, limit: 4096) > 0 else { return nil }
        case nil: return nil
        }
        var messages: [Message] = []
        while let end = received.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: received[..<end], as: UTF8.self)
            received.removeSubrange(...end)
            if let message = Message(line) { messages.append(message) }
        }
        return messages
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
        default: return nil
        }
    }
}
