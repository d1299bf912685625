import Synchronization

@testable import testsaslauthd

/// Records output.
final class Transcript: Sendable {
    private let texts = Mutex((output: "", error: ""))

    var output: String { texts.withLock { $0.output } }
    var error: String { texts.withLock { $0.error } }

    var console: Console { console(showsProgress: false) }

    func console(showsProgress: Bool) -> Console {
        Console(
            output: { text in self.texts.withLock { $0.output += text } },
            error: { text in self.texts.withLock { $0.error += text } },
            showsProgress: showsProgress
        )
    }
}
