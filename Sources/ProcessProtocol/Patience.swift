/// How long our processes wait for each other, in milliseconds; a caller waits longer than the process it calls.
package enum Patience {
    /// How long the master waits for a frontend's first worker.
    package static let start = 60_000
    /// How long the frontend waits for the master's reply, and for saslauthctl to read the answer; a reload takes as
    /// long as a start.
    package static let answer = start + 15_000
    /// How long saslauthctl waits for an answer.
    package static let call = answer + 15_000
}
