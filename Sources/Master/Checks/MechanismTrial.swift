internal import Authentication
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// One request to a mechanism, without a daemon.
enum MechanismTrial {
    enum Outcome: Equatable {
        case verdict(Verdict, detail: ByteString = "")
        /// Its program cannot work with its option and rights.
        case unusable(String)
        /// There is no verdict.
        case nothing(String)
    }

    /// The number of the one request.
    private static let id: UInt32 = 1

    /// Starts `program` with the text of `-O`, `option`, and sends it `request`; its log lines go to `onLine`.
    ///
    /// `timeout` is in seconds, for all of it.
    static func ask(
        _ program: Program,
        option: String,
        _ request: borrowing AuthRequest,
        timeout: Int,
        onLine: (MechanismMessage.Severity, ByteString) -> Void = { _, _ in }
    ) throws(SystemError) -> Outcome {
        let pair = try SocketPair()
        let text = try OwnedDescriptor.memory(named: "option", holding: option)
        let pid = try program.start(
            descriptors: WorkerDescriptors.inOrder(
                connection: pair.far.rawValue,
                standardError: STDERR_FILENO,
                option: text.rawValue
            )
        )
        defer { kill(pid, SIGKILL) }
        return try converse(pair.intoNear(), request, timeout: timeout, onLine)
    }

    private static func converse(
        _ connection: consuming OwnedDescriptor,
        _ request: borrowing AuthRequest,
        timeout: Int,
        _ onLine: (MechanismMessage.Severity, ByteString) -> Void
    ) throws(SystemError) -> Outcome {
        let end = Instant.now.advanced(milliseconds: timeout * 1000)
        var input: [UInt8] = []
        while true {
            let rest = CInt(clamping: Instant.now.milliseconds(until: end))
            guard try !waitForInput(on: [connection.rawValue], milliseconds: rest).isEmpty else {
                return .nothing("no reply within \(timeout) s (--timeout)")
            }
            guard try connection.read(into: &input, limit: 4096) > 0 else {
                return .nothing("the mechanism's program exited without a reply")
            }
            do throws(FrameError) {
                while let length = try Frame.length(ofFirstIn: input.span) {
                    let message = try MechanismMessage(decoding: input.span.extracting(first: length))
                    input.removeFirst(length)
                    switch message {
                    case .started: break
                    case .hello:
                        let frame = RequestFrame.encode(id: id, request)
                        defer { wipe(frame.span) }
                        // If the program is gone, the next read says so.
                        try? connection.writeAll(frame.span)
                    case .log(let severity, let line): onLine(severity, line)
                    case .unusable(let reason), .later(let reason): return .unusable(reason.text)
                    case .prepared, .proven: return .nothing("the mechanism's program answered another question")
                    case .verdict(_, let verdict, _, _, let detail): return .verdict(verdict, detail: detail)
                    }
                }
            } catch {
                return .nothing("the mechanism's program sent \(error)")
            }
        }
    }
}
