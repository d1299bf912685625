/// The daemon's answer to a `ControlRequest`: a line `ok` and a text, or a line `error REASON`, in all versions.
package enum ControlAnswer: Hashable, Sendable {
    /// Success, with text for standard output.
    case done(String)
    /// Failure, with its reason.
    case failed(reason: String)

    private static let doneLine = "ok"
    private static let failedWord = "error"

    /// Parses a whole answer; `nil` if it is empty.
    ///
    /// An unknown first line is a failure, with that line as its reason.
    package init?(decoding text: String) {
        guard !text.isEmpty else { return nil }
        let end = text.utf8.firstIndex(of: 0x0A) ?? text.endIndex
        let first = String(text[..<end])
        if first == Self.doneLine {
            self = .done(String(text[end...].dropFirst()))
        } else if let (word, reason) = first.dividedAtBlank, word == Self.failedWord {
            self = .failed(reason: reason)
        } else {
            self = .failed(reason: first)
        }
    }

    package var encoded: String {
        switch self {
        case .done(let text): "\(Self.doneLine)\n\(text)"
        case .failed(let reason):
            "\(Self.failedWord) \(reason.split(whereSeparator: \.isNewline).joined(separator: " "))\n"
        }
    }
}
