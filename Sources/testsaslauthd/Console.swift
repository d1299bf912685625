import Platform

/// Where texts go.
struct Console: Sendable {
    let output: @Sendable (String) -> Void
    let error: @Sendable (String) -> Void
    /// Whether somebody watches the standard error output.
    let showsProgress: Bool

    /// The streams of the process.
    static var standard: Console {
        Console(
            output: { StandardStream.output.write($0) },
            error: { StandardStream.error.write($0) },
            showsProgress: StandardStream.error.isTerminal
        )
    }
}
