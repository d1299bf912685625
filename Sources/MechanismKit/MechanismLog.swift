internal import Authentication
internal import ProcessProtocol

/// Lines for the daemon's log, which must not contain passwords, hashes or other credentials.
///
/// They are sent when the program next writes to the frontend, at the latest with its verdict. Write data from the
/// network as `ByteString.description`, which escapes it.
package final class MechanismLog {
    private var lines: [MechanismMessage] = []
    /// Whether lines at level debug are kept.
    package let isVerbose: Bool

    /// A log that keeps lines at level debug only if `isVerbose`.
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

    /// Removes and returns the lines kept so far.
    func take() -> [MechanismMessage] {
        defer { lines = [] }
        return lines
    }

    private func add(_ severity: MechanismMessage.Severity, _ line: String) {
        lines.append(.log(severity, ByteString(line)))
    }
}
