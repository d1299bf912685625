import Platform

/// Shows the progress of a long run on a terminal, five times a second.
struct Progress {
    private static let interval = 200

    private let total: Int
    private let console: Console
    private let start = Instant.now
    private var next: Instant

    init(total: Int, console: Console) {
        self.total = total
        self.console = console
        next = start.advanced(milliseconds: Self.interval)
    }

    /// Updates the line when it is due, and removes it at the end.
    mutating func show(_ done: Int, at now: Instant = .now) {
        guard console.showsProgress else { return }
        if done >= total {
            console.error("\r\u{1B}[K")
        } else if now >= next {
            let rate = Double(done) / Double(max(start.milliseconds(until: now), 1)) * 1000
            console.error("\r\u{1B}[K\(done) of \(total), \(Int(rate)) a second")
            next = now.advanced(milliseconds: Self.interval)
        }
    }
}
