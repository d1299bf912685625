package import Authentication

/// Where lines go.
package enum LogTarget: String, OptionWord, CaseIterable, Sendable {
    /// The journal where it is, else syslog.
    case journal
    case stderr
    case syslog
}

package enum LogFormat: String, OptionWord, CaseIterable, Sendable {
    case text
    /// An object of JSON in each line.
    case json
}

/// What stands before the text of a line of the log.
package enum LogPrefix: String, OptionWord, CaseIterable, Sendable {
    /// Blanks, as in releases of Cyrus saslauthd since 2.1.27.
    case blank
    /// The name of a function of Cyrus saslauthd, as in its earlier releases.
    case functions = "do_auth"
}

package enum Switch: String, OptionWord, CaseIterable, Sendable {
    case on, off
}

extension NextPolicy: OptionWord {}

/// What a client gets when there is no verdict.
package enum UnavailablePolicy: String, OptionWord, CaseIterable, Sendable {
    /// A reply of length zero, which mail servers make a temporary failure of.
    case tempfail
    /// A refusal, in the words of Cyrus saslauthd.
    case no
}
