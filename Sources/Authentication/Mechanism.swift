/// One way to find out whether a login and a password belong together.
package protocol Mechanism: Sendable {
    /// Decides on `request`.
    ///
    /// Never throws. A mechanism that calls a blocking library implements this without `async`
    /// and runs in a worker process.
    func authenticate(_ request: borrowing AuthRequest) async -> Verdict
}
