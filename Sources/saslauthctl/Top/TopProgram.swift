import ArgumentParser
import Authentication
import Glibc
import Platform
import ProcessProtocol

/// Runs `saslauthctl top`: carries out the steps of a `TopSession`.
struct TopProgram: ~Copyable {
    /// The reason for the end.
    private enum End {
        /// A key was pressed, or the reader of the output is gone.
        case byUser
        case bySignal(CInt)
        case bySession(TopSession.End)
    }

    private let socket: String
    private var session: TopSession
    private var exchange: ControlExchange?
    private var moment: TopView.Moment?

    /// Asks every `interval` seconds; `nil` for `count` means no limit.
    init(socket: String, interval: Int, count: Int?) {
        self.socket = socket
        session = TopSession(interval: interval * 1000, patience: Patience.call, count: count, now: .now)
    }

    /// Runs until a key, a signal or the session ends it; throws the exit code of a failure.
    consuming func run() throws {
        // The terminal is restored before anything else is written.
        switch try loop() {
        case .byUser, .bySession(.complete): return
        case .bySignal(let signal): TerminalScreen.end(by: signal)
        case .bySession(.refused(let reason)):
            ControlCall.complain(PlainText.of(reason))
            throw ExitCode(ControlCall.exitRefused)
        case .bySession(.unreachable(let explanation)):
            ControlCall.complain(explanation)
            throw ExitCode(ControlCall.exitUnreachable)
        }
    }

    private mutating func loop() throws(SystemError) -> End {
        let output = try TopOutput()
        while true {
            let now = Instant.now
            if let end = carryOut(session.due(now), on: output) { return end }
            let rest = CInt(clamping: now.milliseconds(until: session.deadline))
            switch try output.wait(orInputOn: exchange?.descriptor, milliseconds: rest) {
            case .input: if let end = carryOut(hear(), on: output) { return end }
            case .key(UInt8(ascii: "q")), .key(UInt8(ascii: "Q")), .interrupted, .gone: return .byUser
            case .ended(let signal): return .bySignal(signal)
            case .outdated: if let moment, !output.show(moment) { return .byUser }
            case .key, nil: break
            }
        }
    }

    private mutating func carryOut(_ steps: [TopSession.Step], on output: borrowing TopOutput) -> End? {
        for step in steps {
            switch step {
            case .ask: if let end = carryOut(ask(), on: output) { return end }
            case .show(let moment):
                self.moment = moment
                guard output.show(moment) else { return .byUser }
            case .end(let end): return .bySession(end)
            }
        }
        return nil
    }

    private mutating func ask() -> [TopSession.Step] {
        exchange = nil
        do throws(SystemError) {
            exchange = try ControlExchange(.status(.json), socket: socket)
            return []
        } catch {
            return session.ended(Self.failure(error), .now)
        }
    }

    /// Reads the part of the answer that has arrived.
    private mutating func hear() -> [TopSession.Step] {
        do throws(SystemError) {
            guard let text = try exchange?.read() else { return [] }
            exchange = nil
            return session.ended(Self.outcome(text), .now)
        } catch {
            exchange = nil
            return session.ended(Self.failure(error), .now)
        }
    }

    private static func failure(_ error: SystemError) -> TopSession.Outcome {
        .failed(reason: error.reason, explanation: ControlCall.explanation(error))
    }

    private static func outcome(_ text: String) -> TopSession.Outcome {
        switch ControlAnswer(decoding: text) {
        case .failed(let reason): .refused(reason: reason)
        // A truncated answer counts as none.
        case .done(let json): TopReport(json: json).map { .answered($0) } ?? .closed
        case nil: .closed
        }
    }
}
