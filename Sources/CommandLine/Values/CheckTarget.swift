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
