import Histogram
import Platform

/// The results of a run of many requests.
struct Summary {
    private(set) var accepted = 0
    private(set) var refused = 0
    private(set) var failed = 0
    /// The failure of the first request without an answer.
    private(set) var firstFailure: Failure?
    let concurrency: Int
    /// From the start of the first request to the end of the last, in nanoseconds.
    var duration: UInt64 = 0
    /// The times from connecting to the complete answer, for answered requests, in nanoseconds.
    private var latencies = Histogram<UInt64>(highestTrackableValue: 3_600_000_000_000)

    init(concurrency: Int) {
        self.concurrency = concurrency
    }

    /// The number of finished requests.
    var count: Int { accepted + refused + failed }

    /// The exit code for the worst outcome.
    var exitCode: CInt { failed > 0 ? 2 : refused > 0 ? 1 : 0 }

    /// Counts a request that took `latency` nanoseconds.
    mutating func add(_ outcome: ProbeOutcome, latency: UInt64) {
        switch outcome {
        case .accepted: accepted += 1
        case .refused: refused += 1
        case .failed(let failure):
            failed += 1
            if firstFailure == nil { firstFailure = failure }
            return
        }
        latencies.record(latency)
    }

    /// The summary, in four lines.
    var text: String {
        let seconds = Double(duration) / 1e9
        let rate = seconds > 0 ? Int((Double(accepted + refused) / seconds).rounded()) : 0
        let percentiles = [50, 90, 99, 99.9].map { Self.milliseconds(latencies.valueAtPercentile($0)) }
        return """
            requests: \(count), \(concurrency) at a time, in \(Self.milliseconds(duration)) ms
            OK: \(accepted), NO: \(refused), temporary failure: \(failed)
            answers per second: \(rate)
            latency in ms: min \(Self.milliseconds(latencies.min)), p50 \(percentiles[0]), p90 \(percentiles[1]), \
            p99 \(percentiles[2]), p99.9 \(percentiles[3]), max \(Self.milliseconds(latencies.maxRecorded))

            """
    }

    /// Nanoseconds as milliseconds with three decimal places.
    static func milliseconds(_ nanoseconds: UInt64) -> String {
        let thousandths = (nanoseconds + 500) / 1000
        let fraction = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}
