package import Authentication

/// The options that say how requests are served: what the master hands on to the frontend, and all that a frontend can read.
///
/// Each is read under its name in `OptionTable`. Reading looks it up; what is needed for each request its reader keeps.
@dynamicMemberLookup
package struct ServiceOptions: Hashable, Sendable {
    var given: GivenValues

    /// Those among `given`.
    init(_ given: GivenValues) {
        self.given = GivenValues()
        for row in OptionTable.serviceRows { self.given[row.name] = given[row.name] }
    }

    /// Reads a command line that has such options alone.
    package init(words: [String]) throws(UsageError) {
        let occurrences = try WordParser(OptionTable.serviceRows).occurrences(in: words)
        for occurrence in occurrences {
            try occurrence.check()
            try occurrence.checkRange()
        }
        given = GivenValues(occurrences)
    }

    /// The options as words of a command line; those that are not given have their default in the frontend, too.
    var words: [String] { given.words(of: OptionTable.serviceRows) }

    package subscript<Value>(dynamicMember option: KeyPath<OptionTable, ServiceOption<Value>>) -> Value {
        get { OptionTable.all[keyPath: option].value(in: given) }
        set { given[OptionTable.all[keyPath: option].row.name] = newValue.texts }
    }

    /// After how many seconds a client gets a temporary failure.
    package var timeout: Int { self.chosenTimeout ?? 30 }
}

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

/// The permissions of a file.
package struct FileMode: OptionWord {
    package let bits: UInt32

    init(bits: UInt32) { self.bits = bits }

    /// Reads an octal number from 0 to 0777.
    package init?(optionText: String) {
        guard let bits = UInt32(optionText, radix: 8), bits <= 0o777 else { return nil }
        self.bits = bits
    }

    package var optionText: String { "0" + String(bits, radix: 8) }

    /// What is wrong with a word behind `--socket-mode`.
    @Sendable static func complaint(_ text: String) -> String? {
        FileMode(optionText: text) == nil ? "--socket-mode \(text) is no octal number from 0 to 0777" : nil
    }
}

/// What `--check` looks at.
package enum CheckTarget: OptionValue {
    /// What the daemon would do.
    case daemon
    /// One login.
    case login(String)

    package init?(texts: [String]) {
        self = texts.last.map(Self.login) ?? .daemon
    }

    package var texts: [String]? {
        switch self {
        case .daemon: []
        case .login(let login): [login]
        }
    }
}
