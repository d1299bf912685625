internal import Platform

/// Keeps repeated lines from filling the log.
///
/// Lines are similar if they differ only in their numbers. A few similar lines are logged in each window. The others
/// are counted, and the count is logged with the next line of any kind after the window. The caller passes the time.
struct RepeatFilter {
    struct Limits: Sendable {
        /// How many similar lines are logged in each `window`, which is in milliseconds.
        var lines = 10
        var window = 60_000
        /// How many kinds of lines are tracked at a time; lines of other kinds are all logged.
        var kinds = 200
    }

    private struct Kind {
        let since: Instant
        var lines: Int
        var latest: String
    }

    private let limits: Limits
    private var kinds: [String: Kind] = [:]
    private var nextSweep: Instant?

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether a line is logged, and the reports on suppressed lines.
    mutating func admits(_ line: String, now: Instant) -> (isAdmitted: Bool, reports: [String]) {
        let reports = sweep(now: now)
        let shape = Self.shape(of: line)
        guard var kind = kinds[shape] else {
            if kinds.count < limits.kinds {
                kinds[shape] = Kind(since: now, lines: 1, latest: line)
                if nextSweep == nil { nextSweep = now.advanced(milliseconds: limits.window) }
            }
            return (true, reports)
        }
        kind.lines += 1
        kind.latest = line
        kinds[shape] = kind
        return (kind.lines <= limits.lines, reports)
    }

    /// Drops kinds whose window is over, and reports their suppressed lines.
    private mutating func sweep(now: Instant) -> [String] {
        guard let time = nextSweep, now >= time else { return [] }
        let limit = now.reduced(milliseconds: limits.window)
        let reports = kinds.values.filter { $0.since <= limit && $0.lines > limits.lines }
            .sorted { $0.since < $1.since }
            .map { "suppressed \($0.lines - limits.lines) similar lines, such as: \($0.latest)" }
        kinds = kinds.filter { $0.value.since > limit }
        nextSweep = kinds.values.map(\.since).min()?.advanced(milliseconds: limits.window)
        return reports
    }

    /// The line with each number replaced by `0`.
    private static func shape(of line: String) -> String {
        var shape: [UInt8] = []
        for byte in line.utf8 {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            if isDigit, shape.last == UInt8(ascii: "0") { continue }
            shape.append(isDigit ? UInt8(ascii: "0") : byte)
        }
        return String(decoding: shape, as: UTF8.self)
    }
}
