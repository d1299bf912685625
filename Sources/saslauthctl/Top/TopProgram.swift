import ArgumentParser
import Authentication
import Glibc
import Platform
import ProcessProtocol

/// Carries out what a `TopSession` decides.
struct TopProgram: ~Copyable {
    /// How it ends.
    private enum End {
        /// By a key, or because nobody reads what is written.
        case byUser
        case bySignal(CInt)
        case bySession(TopSession.End)
    }

    private let socket: String
    private var session: TopSession
    private var exchange: ControlExchange?
    private var moment: TopView.Moment?

    /// Asks every `interval` seconds, and ends after `count` views.
    init(socket: String, interval: Int, count: Int?) {
        self.socket = socket
        session = TopSession(interval: interval * 1000, patience: Patience.call, count: count, now: .now)
    }

    /// Goes on until it is told to end; throws the exit code where it cannot go on.
    consuming func run() throws {
        // The terminal is as it was before anything else is said.
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

    /// Takes what has come of an answer.
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
        // One that ends within its answer is like one that does not answer.
        case .done(let json): TopReport(json: json).map { .answered($0) } ?? .closed
        case nil: .closed
        }
    }
}
