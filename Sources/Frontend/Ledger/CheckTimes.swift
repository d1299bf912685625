/// The recent durations of a mechanism's checks.
struct CheckTimes: Sendable {
    /// How many durations are kept.
    private static let memory = 31

    private var times: [Int] = []
    private var next = 0

    /// Adds the duration of a check, in milliseconds.
    mutating func add(_ milliseconds: Int) {
        if times.count < Self.memory {
            times.append(milliseconds)
        } else {
            times[next] = milliseconds
            next = (next + 1) % Self.memory
        }
    }

    /// The median, in milliseconds; 0 before the first check.
    var usual: Int { times.isEmpty ? 0 : times.sorted()[times.count / 2] }
}
