/// The differences between two reports.
struct TopInterval {
    private let before: TopReport
    private let now: TopReport
    /// Whether it covers all the time since counting began, because there is no report to compare with.
    let isWhole: Bool

    /// The time from `earlier` to `later`.
    ///
    /// For the first report, and after a reload or restart, it is the time since counting began.
    init(from earlier: TopReport?, to later: TopReport) {
        now = later
        if let earlier, Self.isSameFrontend(earlier, later) {
            before = earlier
            isWhole = false
        } else {
            before = TopReport()
            isWhole = true
        }
    }

    /// Whether one frontend gave both reports: then the time between the daemon's start and its own is the same.
    private static func isSameFrontend(_ earlier: TopReport, _ later: TopReport) -> Bool {
        let difference = (later.uptime - later.counting) - (earlier.uptime - earlier.counting)
        return earlier.pid == later.pid && abs(difference) <= 1 && later.counting >= earlier.counting
            && earlier.mechanisms.map(\.route) == later.mechanisms.map(\.route)
    }

    /// In milliseconds.
    var length: Int { now.counting - before.counting }

    /// The growth of a counter per second; `nil` if no time has passed.
    func rate(_ counter: (TopReport) -> Int) -> Double? { perSecond(growth(counter)) }

    /// The growth of a counter.
    func growth(_ counter: (TopReport) -> Int) -> Int { max(0, counter(now) - counter(before)) }

    /// The growth of a counter of mechanism number `index` per second.
    func rate(of index: Int, _ counter: (TopReport.Mechanism) -> Int) -> Double? {
        let first = index < before.mechanisms.count ? counter(before.mechanisms[index]) : 0
        return perSecond(max(0, counter(now.mechanisms[index]) - first))
    }

    /// The percentile `share` of the mechanism's verdicts, in milliseconds, rounded up to a bound; `nil` if there were none.
    func time(of index: Int, share: Int) -> Double? {
        let first = index < before.mechanisms.count ? before.mechanisms[index].spread : [:]
        let counts = now.mechanisms[index].spread.map { ($0.key, max(0, $0.value - first[$0.key, default: 0])) }
            .filter { $0.1 > 0 }.sorted { $0.0 < $1.0 }
        let total = counts.reduce(0) { $0 + $1.1 }
        var count = 0
        for (bound, part) in counts {
            count += part
            if count * 100 >= total * share { return Double(bound) / 1000 }
        }
        return nil
    }

    private func perSecond(_ count: Int) -> Double? { length > 0 ? Double(count) * 1000 / Double(length) : nil }
}
