internal import Authentication
internal import EventLoop
internal import Platform
internal import ProcessProtocol

/// The connection to one worker: writes requests, batched over a turn of the loop, and reads messages.
final class Worker: EventSource {
    let number: Int
    /// The frontend owns the pool while the loop is turned, and the loop does not keep this object longer.
    private unowned let pool: WorkerPool
    private let loop: EventLoop
    private let channel: BufferedSocket
    private var input: [UInt8] = []
    /// Frames to send at the end of the turn; they contain passwords, so the array must not be reallocated unwiped.
    private var output: [UInt8] = []
    /// How many requests it has not answered.
    private var unanswered = 0
    private var pace = FramePace()
    private var end = "exited"
    /// The process, once the master has reported it.
    private(set) var process: UInt32?
    /// How many requests it takes at a time, once it has said hello.
    var parallel: UInt32?
    var isReady: Bool { parallel != nil }
    var isConnected: Bool { channel.isOpen }
    /// Whether its process is killed rather than left to exit.
    var isToBeKilled = false
    /// Whether the master's first frame has arrived.
    private var hasStarted = false
    private var memory: ProcessMemory?
    private var verdicts = 0
    private static let firstCapacity = 4096
    /// After how many verdicts the process's memory is checked.
    private static let lookInterval = 16

    /// Takes over a connection on which the master starts a program; `nil` if epoll accepts no further descriptor.
    init?(_ connection: consuming OwnedDescriptor, number: Int, pool: WorkerPool, loop: EventLoop) {
        self.number = number
        self.pool = pool
        self.loop = loop
        channel = BufferedSocket(connection, loop: loop)
        guard channel.watch(self) else { return nil }
    }

    /// Sends a request before the loop waits again, and wipes it.
    func send(_ frame: [UInt8]) {
        let isIdle = unanswered == 0
        unanswered += 1
        if output.isEmpty, !isIdle { loop.atEndOfTurn(flush) }
        if output.count + frame.count > output.capacity {
            var larger: [UInt8] = []
            larger.reserveCapacity(max(2 * output.capacity, output.count + frame.count, Self.firstCapacity))
            larger += output
            wipe(output.span)
            output = larger
        }
        output += frame
        wipe(frame.span)
        if pace.adds(toIdle: isIdle) { flush() }
    }

    /// Whether the resident memory of the process exceeds `limit` bytes, 0 for no limit; checked only after some
    /// verdicts.
    func hasOutgrown(_ limit: Int) -> Bool {
        verdicts += 1
        guard limit > 0, verdicts % Self.lookInterval == 0 else { return false }
        return switch memory {
        case .some(let memory): (memory.resident ?? 0) > limit
        case nil: false
        }
    }

    /// Closes the connection without a report to the pool.
    func close() {
        channel.close()
        wipe(output.span)
        output = []
    }

    func isReady(readable: Bool, writable: Bool) {
        if writable { channel.flush() }
        guard readable else { return }
        pool.withScratch { scratch in
            switch channel.receive(into: &scratch) {
            case .bytes(let count): take(scratch.span.extracting(first: count))
            case .wouldBlock: break
            case .ended: pool.gone(self, reason: end)
            }
        }
    }

    private func flush() {
        guard !output.isEmpty else { return }
        pace.hasWritten()
        channel.send(output)
        wipe(output.span)
        output.removeAll(keepingCapacity: true)
    }

    private func take(_ piece: Span<UInt8>) {
        do throws(FrameError) {
            // Usually whole frames arrive, and nothing is kept.
            let isFirst = input.isEmpty
            if !isFirst { input = [UInt8](copying: input.span, piece) }
            let consumed = isFirst ? try hear(piece) : try hear(input.span)
            if isFirst {
                if consumed < piece.count { input = [UInt8](copying: piece.extracting(droppingFirst: consumed)) }
            } else {
                input.removeFirst(consumed)
            }
        } catch {
            pool.gone(self, reason: "sent \(error)")
        }
    }

    /// Handles the whole frames in `bytes` and returns their total length.
    private func hear(_ bytes: Span<UInt8>) throws(FrameError) -> Int {
        var consumed = 0
        while channel.isOpen {
            let rest = bytes.extracting(droppingFirst: consumed)
            guard let length = try Frame.length(ofFirstIn: rest) else { break }
            let message = try MechanismMessage(decoding: rest.extracting(first: length))
            consumed += length
            // Only the first frame is the master's. A later `started` would be the program's own, and could name any
            // process.
            guard hasStarted != message.isOfMaster || message.isFailureToStart else {
                pool.gone(self, reason: "sent an unexpected frame: \(message)")
                break
            }
            hasStarted = true
            if message.isAnswer { unanswered -= 1 }
            if case .started(let process) = message {
                self.process = process
                memory = try? ProcessMemory(of: process)
            }
            switch message {
            case .unusable(let reason), .later(let reason): end = reason.description
            default: break
            }
            if !pool.said(message, by: self) { pool.gone(self, reason: "sent an unexpected frame: \(message)") }
        }
        return consumed
    }
}

extension MechanismMessage {
    /// Whether a request has been answered.
    fileprivate var isAnswer: Bool {
        switch self {
        case .verdict, .proven, .prepared: true
        default: false
        }
    }

    /// Whether only the master sends it, once per connection.
    fileprivate var isOfMaster: Bool {
        if case .started = self { true } else { false }
    }

    /// Whether the master may send it instead of `started`.
    fileprivate var isFailureToStart: Bool {
        switch self {
        case .unusable, .later: true
        default: false
        }
    }
}
