internal import Authentication
internal import Folding
internal import Histogram
internal import Platform

/// Verdicts of one mechanism and their durations, since the frontend started.
struct MechanismCounters {
    private(set) var accepted = 0
    private(set) var refused = 0
    private(set) var unavailable = 0
    /// The durations from request to verdict of accepted and refused requests, in microseconds.
    private var times = Histogram<UInt64>(
        highestTrackableValue: 3_600_000_000,
        numberOfSignificantValueDigits: .two
    )
    private var sum: UInt64 = 0
    private var watch = OutageWatch()

    /// The current outage, if any.
    var outage: OutageWatch.Outage? { watch.outage }

    /// Counts a verdict on a request for `login`; only the mechanism's own verdicts can start an outage.
    mutating func count(_ finding: Finding, of login: FoldedName, arrived: Instant, now: Instant) {
        switch finding.verdict {
        case .accepted: accepted += 1
        case .refused: refused += 1
        case .unavailable(let unavailability):
            unavailable += 1
            guard finding.source == .mechanism else { return }
            return watch.failed(login, unavailability, now: now)
        }
        watch.answered()
        let time = (max(now, arrived).nanoseconds - arrived.nanoseconds) / 1_000
        times.record(min(time, 3_600_000_000))
        sum += time
    }

    /// Whether a missing verdict is the login's own problem, while others may get one.
    func isOfLogin(_ finding: Finding, now: Instant) -> Bool {
        guard case .unavailable(let unavailability) = finding.verdict, finding.source == .mechanism else {
            return false
        }
        return unavailability.scope == .login && !watch.excuses(now: now)
    }

    /// How many requests were accepted or refused.
    var answered: Int { accepted + refused }

    /// The sum of their durations, in seconds.
    var seconds: Double { Double(sum) / 1e6 }

    /// How many of them took at most `seconds`.
    func count(within seconds: Double) -> UInt64 {
        times.count(within: 0...UInt64(seconds * 1e6))
    }

    /// The given percentile of their durations, in milliseconds; 0 without any.
    func percentile(_ share: Double) -> Double {
        answered == 0 ? 0 : Double(times.valueAtPercentile(share)) / 1_000
    }

    /// The bounds of `spread`, in microseconds: ten per decade, from 0.1 ms to an hour.
    static let bounds: [UInt64] =
        (0..<6).reduce(into: []) { bounds, decade in
            let power = (0..<decade).reduce(UInt64(1)) { power, _ in power * 10 }
            bounds += [100, 125, 160, 200, 250, 315, 400, 500, 630, 800].map { $0 * power }
        } + [100_000_000, 3_600_000_000]

    /// The numbers of durations up to each of `bounds` and above the previous one; empty intervals are omitted.
    var spread: [(bound: UInt64, count: UInt64)] {
        var before: UInt64 = 0
        return Self.bounds.compactMap { bound in
            let within = times.count(within: 0...bound)
            defer { before = within }
            return within > before ? (bound, within - before) : nil
        }
    }
}
