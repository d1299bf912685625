/// How long our processes wait for each other, in milliseconds: who waits for another that waits itself has more time.
package enum Patience {
    /// The master, for the first worker of a frontend to be ready.
    package static let start = 60_000
    /// The frontend, for the master to answer and for saslauthctl to read what it is told: a reload takes as long as a start.
    package static let answer = start + 15_000
    /// The program saslauthctl, for an answer.
    package static let call = answer + 15_000
}
