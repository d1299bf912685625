package import Authentication

/// The reply to a client: a counted string that begins with `OK` or `NO`, or an empty one.
package struct Reply: Hashable, Sendable {
    /// The text without its length; empty for "no verdict".
    package let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The empty reply, which libsasl2 reports as a failure of the service (`SASL_FAIL`), not of the password.
    package static let unavailable = Reply("")

    /// The reply for a cached login, whatever the mechanism.
    package static let cached = Reply("OK")

    /// The bytes on the wire: the length in two bytes in network byte order, then the text.
    package var wire: [UInt8] {
        [UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 0xFF)] + text.utf8
    }

    /// The reason in log lines: the text after `NO `, or `Unknown` without one.
    package var reason: String {
        text.utf8.count > 3 ? String(text.dropFirst(3)) : "Unknown"
    }

    /// The reply to a request that reaches no mechanism.
    package init(to error: MuxError) {
        switch error {
        case .tooLong, .holdsZeroByte: text = "NO "
        case .emptyLogin, .emptyPassword, .emptyRequest: text = "NO \(error)"
        }
    }

    /// The reply to a verdict of `mechanism`.
    ///
    /// With `refusesUnavailable`, a request without a verdict is refused, as by Cyrus saslauthd.
    package init(to verdict: Verdict, of mechanism: PluginName, refusesUnavailable: Bool) {
        let texts = mechanism.traits.replies
        switch verdict {
        case .accepted: self = Self.reply("OK", texts.accepted)
        case .refused(let refusal): self = Self.reply("NO", texts.text(of: refusal))
        case .unavailable: self = refusesUnavailable ? Self.reply("NO", texts.unavailable) : .unavailable
        }
    }

    private static func reply(_ word: String, _ text: String) -> Reply {
        Reply(text.isEmpty ? word : "\(word) \(text)")
    }
}
