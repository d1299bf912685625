internal import Authentication
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// The connection of a mechanism program to its frontend: reads requests, writes what the program has to say.
///
/// Verdicts are gathered while requests are waiting in the buffer, and written together.
struct WorkerConnection: ~Copyable {
    private let descriptor: OwnedDescriptor
    /// Bytes that have come; those from `head` to `tail` are not yet looked at.
    private var input = [UInt8](repeating: 0, count: 2 * (Frame.maximumLength + 4))
    private var head = 0
    private var tail = 0
    private var output: [UInt8] = []

    init(_ descriptor: consuming OwnedDescriptor) {
        self.descriptor = descriptor
    }

    /// Puts a message behind those that are to be written.
    mutating func enqueue(_ message: MechanismMessage) {
        output += message.encoded
    }

    /// Writes all that is to be written.
    mutating func flush() throws(SystemError) {
        guard !output.isEmpty else { return }
        try descriptor.writeAll(output.span)
        output.removeAll(keepingCapacity: true)
    }

    /// The next request; `nil` when the frontend closed the connection.
    ///
    /// Writes what is to be written before it waits.
    mutating func next() throws(SystemError) -> RequestFrame? {
        while true {
            if let frame = try nextArrived() { return frame }
            try flush()
            guard try fill() else { return nil }
        }
    }

    /// The next request in what was read; `nil` when it is not there as a whole.
    mutating func nextArrived() throws(SystemError) -> RequestFrame? {
        do throws(FrameError) {
            guard let length = try Frame.length(ofFirstIn: input.span.extracting(head..<tail)) else { return nil }
            let start = head
            head += length
            let bytes = input.span.extracting(start..<head)
            defer { wipe(bytes) }
            return try RequestFrame(decoding: bytes)
        } catch {
            throw SystemError("read", on: "\(error)", number: EPROTO)
        }
    }

    /// For the loop that waits for the connection: it is asked for one system call and never kept.
    var number: CInt { descriptor.rawValue }

    /// Reads what has come, and waits while nothing has; `false` at the end of the connection.
    mutating func fill() throws(SystemError) -> Bool {
        if head == tail {
            head = 0
            tail = 0
        } else if head > input.count / 2 {
            // What moves is less than one frame, and half of the buffer is room for it.
            for index in head..<tail {
                input[index - head] = input[index]
                input[index] = 0
            }
            tail -= head
            head = 0
        }
        let count = try descriptor.read(into: &input, from: tail)
        tail += count
        return count > 0
    }
}
