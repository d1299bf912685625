/// The recent durations of a mechanism's checks.
struct CheckTimes: Sendable {
    /// How many durations are kept.
    private static let memory = 31

    private var times: [Int] = []
    private var next = 0
    /// The median, in milliseconds; 0 before the first check.
    private(set) var usual = 0

    /// Adds the duration of a check, in milliseconds.
    mutating func add(_ milliseconds: Int) {
        if times.count < Self.memory {
            times.append(milliseconds)
        } else {
            let oldest = times[next]
            times[next] = milliseconds
            next = (next + 1) % Self.memory
            // A mechanism that takes less than a millisecond would have the same numbers sorted at each check.
            guard oldest != milliseconds else { return }
        }
        usual = times.sorted()[times.count / 2]
    }
}
