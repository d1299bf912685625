import Platform

/// Many requests, each over its own connection, with a fixed number at a time.
struct Load<Conversation: Dialogue> {
    let socket: String
    /// How each request begins.
    let beginning: Conversation
    let total: Int
    let concurrency: Int

    /// Sends all requests.
    ///
    /// - Parameter progress: called repeatedly with the number of finished requests.
    /// - Returns: the results.
    /// - Throws: errors of poll(2).
    func run(progress: (Int) -> Void) throws(SystemError) -> Summary {
        let start = Instant.now
        var summary = concurrency == 1 ? oneByOne(progress: progress) : try together(progress: progress)
        summary.duration = Instant.now.nanoseconds - start.nanoseconds
        return summary
    }

    private func oneByOne(progress: (Int) -> Void) -> Summary {
        var exchange = Exchange(socket: socket, beginning)
        var summary = Summary(concurrency: 1)
        for _ in 0..<total {
            let start = Instant.now
            let outcome = exchange.run()
            summary.add(outcome, latency: Instant.now.nanoseconds - start.nanoseconds)
            progress(summary.count)
        }
        return summary
    }

    private func together(progress: (Int) -> Void) throws(SystemError) -> Summary {
        var loop = LoadLoop(self)
        return try loop.run(progress: progress)
    }
}
