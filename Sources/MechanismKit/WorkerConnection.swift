internal import Authentication
internal import EventLoop
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// The connection of a mechanism program to the frontend: reads requests, writes verdicts and log lines.
///
/// Messages are collected while further requests are in the buffer, and written together, as `FramePace` has it.
struct WorkerConnection: ~Copyable {
    private let descriptor: OwnedDescriptor
    /// Bytes received; those from `head` to `tail` are not yet decoded.
    private var input = [UInt8](repeating: 0, count: 2 * (Frame.maximumLength + 4))
    private var head = 0
    private var tail = 0
    private var output: [UInt8] = []
    /// Whether nothing has been answered since this program waited, so that the frontend waits now.
    private var isFirst = false
    private var pace = FramePace()
    private var poll = AdaptivePoll(microseconds: 60)

    init(_ descriptor: consuming OwnedDescriptor) {
        self.descriptor = descriptor
    }

    /// Appends a message to the output.
    mutating func enqueue(_ message: MechanismMessage) {
        output += message.encoded
    }

    /// Appends an answer to the output, and writes it if it is the first or there are several.
    mutating func answer(_ message: MechanismMessage) throws(SystemError) {
        enqueue(message)
        if pace.adds(toIdle: isFirst) { try flush() }
        isFirst = false
    }

    /// Writes the output.
    mutating func flush() throws(SystemError) {
        guard !output.isEmpty else { return }
        try descriptor.writeAll(output.span)
        output.removeAll(keepingCapacity: true)
        pace.hasWritten()
    }

    /// The next request; `nil` when the frontend closed the connection.
    ///
    /// Flushes the output before it blocks.
    mutating func next() throws(SystemError) -> WorkerRequest? {
        while true {
            if let frame = try nextArrived() { return frame }
            try flush()
            guard try fill() else { return nil }
            isFirst = true
        }
    }

    /// The next request in the buffer; `nil` when none is complete.
    mutating func nextArrived() throws(SystemError) -> WorkerRequest? {
        do throws(FrameError) {
            guard let length = try Frame.length(ofFirstIn: input.span.extracting(head..<tail)) else { return nil }
            let start = head
            head += length
            let bytes = input.span.extracting(start..<head)
            defer { wipe(bytes) }
            return try WorkerRequest(decoding: bytes)
        } catch {
            throw SystemError("read", on: "\(error)", number: EPROTO)
        }
    }

    /// The descriptor's number, for the loop: used for one system call and never kept.
    var number: CInt { descriptor.rawValue }

    /// Reads available bytes, and blocks while there are none; `false` when the frontend closed the connection.
    mutating func fill() throws(SystemError) -> Bool {
        if head == tail {
            head = 0
            tail = 0
        } else if head > input.count / 2 {
            // Less than one frame remains, which fits into half of the buffer.
            for index in head..<tail {
                input[index - head] = input[index]
                input[index] = 0
            }
            tail -= head
            head = 0
        }
        _ = poll.look { descriptor.hasInput ? 1 : 0 }
        let count = try descriptor.read(into: &input, from: tail)
        tail += count
        return count > 0
    }
}
