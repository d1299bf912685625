internal import Authentication
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// One question to a mechanism, without a daemon.
enum MechanismTrial {
    enum Outcome: Equatable {
        case verdict(Verdict, detail: ByteString = "")
        /// Its program cannot be used with what it was told.
        case unusable(String)
        /// Nothing was found out.
        case nothing(String)
    }

    /// The number of the one request.
    private static let id: UInt32 = 1

    /// Starts the mechanism's `program`, tells it `option` and asks; what it has to say goes to `onLine`.
    ///
    /// `timeout` is in seconds, for all of it.
    static func ask(
        _ program: Program,
        option: String,
        _ request: borrowing AuthRequest,
        timeout: Int,
        onLine: (ByteString) -> Void = { _ in }
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
        _ onLine: (ByteString) -> Void
    ) throws(SystemError) -> Outcome {
        let end = Instant.now.advanced(milliseconds: timeout * 1000)
        var input: [UInt8] = []
        while true {
            let rest = CInt(clamping: Instant.now.milliseconds(until: end))
            guard try !waitForInput(on: [connection.rawValue], milliseconds: rest).isEmpty else {
                return .nothing("no answer after \(timeout) seconds (--timeout)")
            }
            guard try connection.read(into: &input, limit: 4096) > 0 else {
                return .nothing("the mechanism's program ended without an answer")
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
                        // One that does not take it has ended, which is seen next.
                        try? connection.writeAll(frame.span)
                    case .log(_, let line): onLine(line)
                    case .unusable(let reason), .later(let reason): return .unusable(reason.description)
                    case .verdict(_, let verdict, _, _, let detail): return .verdict(verdict, detail: detail)
                    }
                }
            } catch {
                return .nothing("the mechanism's program sent \(error)")
            }
        }
    }
}
