import Platform

/// Decides when to ask the daemon, what to show, and when to end.
///
/// It knows no sockets, terminals or clocks.
struct TopSession {
    enum Step: Hashable, Sendable {
        /// Close an open connection, connect, and send the request.
        case ask
        case show(TopView.Moment)
        case end(End)
    }

    enum End: Hashable, Sendable {
        /// All views were shown.
        case complete
        /// The daemon rejected the request, with a reason.
        case refused(reason: String)
        /// The first request could not be sent.
        case unreachable(explanation: String)
    }

    /// The result of a request.
    enum Outcome: Hashable, Sendable {
        case answered(TopReport)
        /// The daemon rejected the request.
        case refused(reason: String)
        /// The connection was closed without an answer. A frontend that is being replaced does so; the next one answers.
        case closed
        case failed(reason: String, explanation: String)
    }

    /// The number of immediate attempts when connections are closed without an answer.
    static let tries = 3
    private static let silence = "no answer yet"

    private let interval: Int
    private let patience: Int
    private var rest: Int?
    private var last: TopReport?
    private var firstFailure: Instant?
    private var asked: (since: Instant, tries: Int)?
    private var nextTick: Instant

    /// Asks every `interval` milliseconds from `now` on, waits for an answer `patience` milliseconds, and ends after `count` views.
    init(interval: Int, patience: Int, count: Int?, now: Instant) {
        self.interval = interval
        self.patience = patience
        rest = count
        nextTick = now
    }

    /// The time of the next call of `due`.
    var deadline: Instant { nextTick }

    /// The steps that are due at `now`.
    mutating func due(_ now: Instant) -> [Step] {
        guard now >= nextTick else { return [] }
        while nextTick <= now { nextTick = nextTick.advanced(milliseconds: interval) }
        guard let asked else { return ask(now, tries: 1) }
        let isOver = asked.since.elapsedMilliseconds(until: now) >= patience
        return absent(Self.silence, since: asked.since, now) + (isOver ? ask(now, tries: 1) : [])
    }

    /// Takes the result of the request.
    mutating func ended(_ outcome: Outcome, _ now: Instant) -> [Step] {
        let tries = asked?.tries ?? 1
        asked = nil
        switch outcome {
        case .answered(let report):
            let earlier = last
            (last, firstFailure) = (report, nil)
            return show(.answered(earlier: earlier, later: report))
        case .refused(let reason): return [.end(.refused(reason: reason))]
        case .closed where tries < Self.tries: return ask(now, tries: tries + 1)
        case .closed: return absent("it closed the connection without an answer", since: now, now)
        case .failed(let reason, let explanation):
            return last == nil && firstFailure == nil
                ? [.end(.unreachable(explanation: explanation))] : absent(reason, since: now, now)
        }
    }

    private mutating func ask(_ now: Instant, tries: Int) -> [Step] {
        asked = (now, tries)
        return [.ask]
    }

    private mutating func absent(_ reason: String, since: Instant, _ now: Instant) -> [Step] {
        let first = firstFailure ?? since
        firstFailure = first
        return show(.absent(reason: reason, milliseconds: first.elapsedMilliseconds(until: now), last: last))
    }

    private mutating func show(_ moment: TopView.Moment) -> [Step] {
        guard let count = rest else { return [.show(moment)] }
        rest = count - 1
        return [.show(moment)] + (count <= 1 ? [.end(.complete)] : [])
    }
}
