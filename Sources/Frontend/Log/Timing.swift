/// How long a request waited for a worker, and how long the worker took, in milliseconds.
struct Timing: Equatable, Sendable {
    var queue = 0
    var mechanism = 0

    var total: Int { queue + mechanism }
}
