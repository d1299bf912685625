/// How long the checks of a mechanism took lately.
struct CheckTimes: Sendable {
    /// How many of them are remembered.
    private static let memory = 31

    private var times: [Int] = []
    private var next = 0

    /// A check has taken so many milliseconds.
    mutating func add(_ milliseconds: Int) {
        if times.count < Self.memory {
            times.append(milliseconds)
        } else {
            times[next] = milliseconds
            next = (next + 1) % Self.memory
        }
    }

    /// The median, in milliseconds; 0 before the first.
    var usual: Int { times.isEmpty ? 0 : times.sorted()[times.count / 2] }
}
