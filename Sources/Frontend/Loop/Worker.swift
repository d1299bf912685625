internal import Authentication
internal import EventLoop
internal import Platform
internal import ProcessProtocol

/// The connection to one worker: writes requests, gathered over a turn of the loop, and reads what the worker says.
final class Worker: EventSource {
    let number: Int
    /// The frontend keeps it for as long as the loop is turned, and so for longer than the loop keeps this object.
    private unowned let pool: WorkerPool
    private let loop: EventLoop
    private let channel: BufferedSocket
    private var input: [UInt8] = []
    /// Frames that go out at the end of the turn; they hold passwords, so that it never grows out of its memory.
    private var output: [UInt8] = []
    private var end = "ended"
    /// The process, once the master has named it.
    private(set) var process: UInt32?
    /// How many requests it takes at a time, once it has said hello.
    var parallel: UInt32?
    var isReady: Bool { parallel != nil }
    var isConnected: Bool { channel.isOpen }
    /// Whether its process gets no time to end by itself.
    var isToBeKilled = false
    /// Whether the master, which speaks first, has spoken.
    private var hasStarted = false
    private var memory: ProcessMemory?
    private var verdicts = 0
    private static let firstCapacity = 4096
    /// How many verdicts apart the process's memory is looked at.
    private static let lookInterval = 16

    /// Takes over a connection on which the master starts a program; `nil` when the system has no room for it.
    init?(_ connection: consuming OwnedDescriptor, number: Int, pool: WorkerPool, loop: EventLoop) {
        self.number = number
        self.pool = pool
        self.loop = loop
        channel = BufferedSocket(connection, loop: loop)
        guard channel.watch(self) else { return nil }
    }

    /// Sends a frame before the loop waits again, and wipes it.
    func send(_ frame: [UInt8]) {
        if output.isEmpty { loop.atEndOfTurn(flush) }
        if output.count + frame.count > output.capacity {
            var larger: [UInt8] = []
            larger.reserveCapacity(max(2 * output.capacity, output.count + frame.count, Self.firstCapacity))
            larger += output
            wipe(output.span)
            output = larger
        }
        output += frame
        wipe(frame.span)
    }

    /// Whether the process has more than `limit` bytes resident, 0 for any number; looked at now and then, after a verdict.
    func hasOutgrown(_ limit: Int) -> Bool {
        verdicts += 1
        guard limit > 0, verdicts % Self.lookInterval == 0 else { return false }
        return switch memory {
        case .some(let memory): (memory.resident ?? 0) > limit
        case nil: false
        }
    }

    /// Ends the connection without a word to the pool.
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
        channel.send(output)
        wipe(output.span)
        output.removeAll(keepingCapacity: true)
    }

    private func take(_ piece: Span<UInt8>) {
        do throws(FrameError) {
            // Mostly whole frames come, and nothing is kept.
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

    /// Takes the whole frames in `bytes` and says how long they are.
    private func hear(_ bytes: Span<UInt8>) throws(FrameError) -> Int {
        var consumed = 0
        while channel.isOpen {
            let rest = bytes.extracting(droppingFirst: consumed)
            guard let length = try Frame.length(ofFirstIn: rest) else { break }
            let message = try MechanismMessage(decoding: rest.extracting(first: length))
            consumed += length
            // The master's word is the first one. Later it would be the program's own, which could name any process.
            guard hasStarted != message.isOfMaster || message.isFailureToStart else {
                pool.gone(self, reason: "said what cannot be: \(message)")
                break
            }
            hasStarted = true
            if case .started(let process) = message {
                self.process = process
                memory = try? ProcessMemory(of: process)
            }
            switch message {
            case .unusable(let reason), .later(let reason): end = reason.description
            default: break
            }
            if !pool.said(message, by: self) { pool.gone(self, reason: "said what cannot be: \(message)") }
        }
        return consumed
    }
}

extension MechanismMessage {
    /// Whether the master alone says it, once a connection.
    fileprivate var isOfMaster: Bool {
        if case .started = self { true } else { false }
    }

    /// Whether the master may say it in the place of `started`.
    fileprivate var isFailureToStart: Bool {
        switch self {
        case .unusable, .later: true
        default: false
        }
    }
}
