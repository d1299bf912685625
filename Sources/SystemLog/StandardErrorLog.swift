internal import Platform

/// Writes lines to standard error without blocking.
///
/// The reader may have stopped: a log driver that hangs, a terminal that is suspended. Lines are then dropped and
/// counted, so that no login waits for the log.
struct StandardErrorLog: Sendable {
    /// Whether lines are written.
    var isOn: Bool
    private var lost = 0
    /// Whether the last line was written only in part.
    private var isTorn = false

    init(isOn: Bool) {
        self.isOn = isOn
    }

    /// Writes a line, which has no line break yet.
    mutating func write(_ line: String) {
        write(line) { StandardStream.error.writeAvailable($0) }
    }

    /// Writes a line to `sink`, which returns how many bytes it took.
    mutating func write(_ line: String, to sink: ([UInt8]) -> Int) {
        guard isOn else { return }
        if lost > 0 || isTorn {
            let report = lost == 0 ? "" : "saslauthd: dropped \(lost) lines: standard error was not read"
            // Completes the torn line.
            let whole = Array(((isTorn ? "\n" : "") + report + (report.isEmpty ? "" : "\n")).utf8)
            guard sink(whole) == whole.count else {
                lost += 1
                return
            }
            lost = 0
            isTorn = false
        }
        let bytes = Array("\(line)\n".utf8)
        let taken = sink(bytes)
        guard taken < bytes.count else { return }
        lost += 1
        isTorn = taken > 0
    }
}
