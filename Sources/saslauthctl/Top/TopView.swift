import Authentication

/// The state of a daemon at one moment, as lines of text.
struct TopView {
    enum Moment: Hashable, Sendable {
        /// The daemon answered; `earlier` is its previous answer.
        case answered(earlier: TopReport?, later: TopReport)
        /// The daemon has not answered for that many milliseconds; `last` is its last answer.
        case absent(reason: String, milliseconds: Int, last: TopReport?)
    }

    struct Line: Hashable, Sendable {
        enum Style: Hashable, Sendable {
            case plain, heading, alarm
        }

        /// Plain text without escape sequences.
        let text: String
        var style = Style.plain
    }

    private static let nameWidth = 11

    /// The lines, each at most `width` characters wide.
    let lines: [Line]

    init(_ moment: Moment, width: Int) {
        let lines =
            switch moment {
            case .answered(let earlier, let later): Self.lines(later, TopInterval(from: earlier, to: later))
            case .absent(let reason, let milliseconds, let last): Self.lines(reason, milliseconds, last)
            }
        self.lines = lines.map { Line(text: Self.cut(PlainText.of($0.text), to: width), style: $0.style) }
    }

    private static func lines(_ reason: String, _ milliseconds: Int, _ last: TopReport?) -> [Line] {
        let time = duration(milliseconds)
        let lines = [
            Line(text: "saslauthd has not answered for \(time): \(reason)", style: .alarm),
            Line(text: "Waiting for it to come back."),
        ]
        guard let last else { return lines }
        return lines + [
            Line(text: ""),
            Line(text: "Its last answer: process \(last.pid), up \(duration(last.uptime))"),
            Line(text: "requests  \(requests(last))"),
            Line(text: "clients   \(last.connected) of \(last.limit) connected, \(last.waiting) waiting for a slot"),
        ]
    }

    private static func lines(_ report: TopReport, _ interval: TopInterval) -> [Line] {
        var lines = [
            Line(
                text: "saslauthd \(report.version), process \(report.pid), up \(duration(report.uptime))",
                style: .heading
            )
        ]
        if interval.isWhole {
            lines.append(Line(text: "Rates and latencies cover the last \(duration(interval.length))."))
        }
        if report.frontendRestarts > 0 {
            let count = report.frontendRestarts
            lines.append(
                Line(
                    text: "The frontend exited unexpectedly \(count == 1 ? "once" : "\(count) times"); see the log.",
                    style: .alarm
                )
            )
        }
        lines += [
            Line(text: "logins    \(rates(interval))"),
            Line(text: "requests  \(requests(report))"),
            Line(
                text:
                    "clients   \(report.connected) of \(report.limit) connected, \(report.waiting) waiting for a slot, "
                    + "\(number(interval.rate(\.turnedAway)))/s deferred"
            ),
        ]
        if let dovecot = report.dovecot {
            let count = dovecot.idle + dovecot.busy
            lines.append(Line(text: "dovecot   \(count) of \(dovecot.limit) connections, \(dovecot.busy) busy"))
        }
        lines += [
            Line(text: "cache     \(cache(report, interval))"),
            guessing(report, interval),
            Line(text: ""),
            Line(text: "\(pad("", nameWidth))   --- per second ---  ------ ms ------  ----- workers -----"),
            Line(
                text: row(
                    "mechanism",
                    ["OK", "NO", "fail", "50 %", "90 %", "99 %", "ready", "busy", "start", "end", "queue"]
                ),
                style: .heading
            ),
        ]
        return lines + report.mechanisms.indices.flatMap { Self.lines(of: $0, report.mechanisms[$0], interval) }
    }

    private static func rates(_ interval: TopInterval) -> String {
        "\(number(interval.rate(\.accepted)))/s OK, \(number(interval.rate(\.refused)))/s NO, "
            + "\(number(interval.rate(\.unavailable)))/s temporary failures"
    }

    private static func requests(_ report: TopReport) -> String {
        "\(report.mechanisms.reduce(0) { $0 + $1.inFlight }) in flight, "
            + "\(report.mechanisms.reduce(0) { $0 + $1.queue }) waiting for a worker, "
            + "\(report.throttle?.waiting ?? 0) for their turn"
    }

    private static func cache(_ report: TopReport, _ interval: TopInterval) -> String {
        guard let cache = report.cache else { return "off (-c)" }
        let hits = interval.growth { $0.cache?.hits ?? 0 }
        let all = interval.growth { $0.accepted + $0.refused + $0.unavailable }
        let share = all == 0 ? "" : ", \(min(100, hits * 100 / all)) % of all logins"
        return "\(cache.entries) passwords, \(number(interval.rate { $0.cache?.hits ?? 0 }))/s hits\(share)"
    }

    private static func guessing(_ report: TopReport, _ interval: TopInterval) -> Line {
        guard let throttle = report.throttle else { return Line(text: "guessing  not slowed down (--throttle off)") }
        return Line(
            text: "guessing  \(throttle.logins) logins and \(throttle.addresses) addresses slowed down, "
                + "\(number(interval.rate { $0.throttle?.turnedAway ?? 0 }))/s deferred",
            style: throttle.logins + throttle.addresses > 0 ? .alarm : .plain
        )
    }

    private static func lines(of index: Int, _ mechanism: TopReport.Mechanism, _ interval: TopInterval) -> [Line] {
        let rates = [
            interval.rate(of: index, \.accepted), interval.rate(of: index, \.refused),
            interval.rate(of: index, \.unavailable),
        ].map { number($0) }
        let times = [50, 90, 99].map { number(interval.time(of: index, share: $0)) }
        let workers = ["idle", "busy", "starting", "leaving"].map { "\(mechanism.workers[$0] ?? 0)" }
        let figures = rates + times + workers + ["\(mechanism.queue)"]
        var lines =
            mechanism.route.count <= nameWidth
            ? [Line(text: row(mechanism.route, figures))]
            : [Line(text: mechanism.route), Line(text: row("", figures))]
        if let outage = mechanism.outage {
            lines.append(
                Line(text: "  down for \(duration(outage.milliseconds)): \(outage.reason)", style: .alarm)
            )
        }
        if mechanism.lost > 0 {
            lines.append(Line(text: "  \(mechanism.lost) workers lost over requests", style: .alarm))
        }
        return lines
    }

    private static let columns = [7, 6, 6, 7, 6, 6, 7, 5, 6, 4, 6]

    private static func row(_ name: String, _ figures: [String]) -> String {
        let name = pad(name, nameWidth)
        return zip(figures, columns).reduce(into: name) {
            $0 += String(repeating: " ", count: max(1, $1.1 - $1.0.count)) + $1.0
        }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
