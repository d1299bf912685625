internal import Platform

/// Lines to standard error, none of which is waited for.
///
/// Whoever reads them may have stopped: a log driver that hangs, a terminal with a full screen. Then lines are lost, and counted; no login
/// waits for a line.
struct StandardErrorLog: Sendable {
    /// Whether any are written.
    var isOn: Bool
    private var lost = 0
    /// Whether the last line that was taken was not taken whole.
    private var isTorn = false

    init(isOn: Bool) {
        self.isOn = isOn
    }

    /// Writes a line, which has no end yet.
    mutating func write(_ line: String) {
        write(line) { StandardStream.error.writeAvailable($0) }
    }

    /// Writes a line by `sink`, which says how many bytes it takes.
    mutating func write(_ line: String, to sink: ([UInt8]) -> Int) {
        guard isOn else { return }
        if lost > 0 || isTorn {
            let report = lost == 0 ? "" : "saslauthd: \(lost) lines were lost: standard error was not read"
            // Once more from the beginning of a line.
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
