internal import Platform

/// Keeps lines that say the same again and again from filling the log.
///
/// Lines are alike that differ in their numbers only. A few of a kind are let through in a minute; the others are counted, and the
/// count is told when the minute is over, with the next line of whatever kind. Knows no clock.
struct RepeatFilter {
    struct Limits: Sendable {
        /// How many lines of a kind are let through in the time of `window`, in milliseconds.
        var lines = 10
        var window = 60_000
        /// How many kinds are known at a time; the lines of others are let through.
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

    /// Whether a line is let through, and lines that tell how many were not.
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

    /// Forgets kinds whose time is over, and tells how many lines of theirs were left out.
    private mutating func sweep(now: Instant) -> [String] {
        guard let time = nextSweep, now >= time else { return [] }
        let limit = now.reduced(milliseconds: limits.window)
        let reports = kinds.values.filter { $0.since <= limit && $0.lines > limits.lines }
            .sorted { $0.since < $1.since }
            .map { "\($0.lines - limits.lines) further lines were left out that were like this one: \($0.latest)" }
        kinds = kinds.filter { $0.value.since > limit }
        nextSweep = kinds.values.map(\.since).min()?.advanced(milliseconds: limits.window)
        return reports
    }

    /// The line with a `0` for each number.
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
