package import Authentication

/// Where to log.
package enum LogTarget: String, OptionWord, CaseIterable, Sendable {
    /// The journal if there is one, otherwise syslog.
    case journal
    case stderr
    case syslog
}

package enum LogFormat: String, OptionWord, CaseIterable, Sendable {
    case text
    /// One JSON object per line.
    case json
}

/// The text before the message in log lines.
package enum LogPrefix: String, OptionWord, CaseIterable, Sendable {
    /// Spaces, as in Cyrus saslauthd since 2.1.27.
    case blank
    /// The name of a function of Cyrus saslauthd, as in its earlier releases.
    case functions = "do_auth"
}

package enum Switch: String, OptionWord, CaseIterable, Sendable {
    case on, off
}

extension NextPolicy: OptionWord {}

/// The reply to a client when there is no verdict.
package enum UnavailablePolicy: String, OptionWord, CaseIterable, Sendable {
    /// The empty reply, which mail servers treat as a temporary failure.
    case tempfail
    /// A refusal, with the text of Cyrus saslauthd.
    case no
}
