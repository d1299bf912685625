import Platform

/// The outputs of the program.
struct Console: Sendable {
    let output: @Sendable (String) -> Void
    let error: @Sendable (String) -> Void
    /// Whether standard error is a terminal.
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
