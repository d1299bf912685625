internal import Authentication
internal import ProcessProtocol

/// Lines for the daemon's log: no password, no hash and no credential in any of them.
///
/// They are kept until the program next writes to the frontend, which is with its verdict at the latest. What came off the wire
/// goes into a line as `ByteString.description`.
package final class MechanismLog {
    private var lines: [MechanismMessage] = []
    /// Whether lines of level debug are wanted.
    package let isVerbose: Bool

    /// A log that keeps lines of level debug only where `isVerbose`.
    package init(isVerbose: Bool) {
        self.isVerbose = isVerbose
    }

    package func error(_ line: String) { add(.error, line) }
    package func warning(_ line: String) { add(.warning, line) }
    package func notice(_ line: String) { add(.notice, line) }
    package func debug(_ line: @autoclosure () -> String) {
        if isVerbose { add(.debug, line()) }
    }

    /// Says at level debug what the administrator can do; `--check` prints it after the verdict.
    package func advise(_ line: @autoclosure () -> String) {
        debug(MechanismMessage.advicePrefix + line())
    }

    /// The lines since it was last asked.
    func take() -> [MechanismMessage] {
        defer { lines = [] }
        return lines
    }

    private func add(_ severity: MechanismMessage.Severity, _ line: String) {
        lines.append(.log(severity, ByteString(line)))
    }
}
