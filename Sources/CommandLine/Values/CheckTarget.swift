/// What `--check` checks.
package enum CheckTarget: OptionValue {
    /// The daemon's options and environment.
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
