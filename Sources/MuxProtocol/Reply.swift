package import Authentication

/// What a client is told: a counted string that begins with `OK` or `NO`, or an empty one.
package struct Reply: Hashable, Sendable {
    /// The text without its count; empty for "nothing could be found out".
    package let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The answer of length zero, which libsasl2 takes as a failure of the service (`SASL_FAIL`) and not of the password.
    package static let unavailable = Reply("")

    /// The answer of the cache, whatever the mechanism.
    package static let cached = Reply("OK")

    /// The bytes that go to the client, in one piece: two of length, the higher first, and the text.
    package var wire: [UInt8] {
        [UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 0xFF)] + text.utf8
    }

    /// What the log gives as the reason: the text behind `NO `, or `Unknown` where there is none.
    package var reason: String {
        text.utf8.count > 3 ? String(text.dropFirst(3)) : "Unknown"
    }

    /// The answer to a request that no mechanism sees.
    package init(to error: MuxError) {
        switch error {
        case .tooLong, .holdsZeroByte: text = "NO "
        case .emptyLogin, .emptyPassword, .emptyRequest: text = "NO \(error)"
        }
    }

    /// The answer to a verdict of `mechanism`.
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
