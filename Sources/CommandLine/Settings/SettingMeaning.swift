/// The meaning of a variable in a settings file.
package enum SettingMeaning: Hashable, Sendable {
    case directories, mechanisms, option, workers
    /// Further options.
    case options
    /// Options of the shell function that starts the daemon on old Red Hat systems.
    case starterOptions

    /// The variables that set options, in the order in which the options are added: those of Debian, Red Hat, SUSE,
    /// Mandriva, Gentoo, Alpine, Arch and FreeBSD.
    static let names: [(String, SettingMeaning)] = [
        ("SOCKETDIR", .directories),
        ("MECHANISMS", .mechanisms), ("MECH", .mechanisms),
        ("SASLAUTHD_AUTHMECH", .mechanisms), ("SASL_AUTHMECH", .mechanisms),
        ("MECH_OPTIONS", .option), ("SASL_MECH_OPTIONS", .option),
        ("THREADS", .workers), ("SASLAUTHD_THREADS", .workers),
        ("DAEMONOPTS", .starterOptions),
        ("PARAMS", .options), ("OPTIONS", .options), ("FLAGS", .options),
        ("SASLAUTHD_PARAMS", .options), ("SASLAUTHD_OPTS", .options), ("saslauthd_flags", .options),
    ]

    /// Variables that only init scripts use.
    static let scriptNames = [
        "DAEMON", "DESC", "NAME", "PATH", "PIDFILE", "PWDIR", "RUN_DIR", "START", "saslauthd_enable",
    ]

    /// The variables that the daemon's environment may have from such a file.
    package static let variables = names.map(\.0)

    /// The command line words for a value.
    func words(_ value: String) -> [String] {
        let words = value.split(whereSeparator: \.isWhitespace).map(String.init)
        return switch self {
        case .directories: words.flatMap { ["-m", $0] }
        case .mechanisms: words.flatMap { ["-a", $0] }
        case .option: words.isEmpty ? [] : ["-O", value]
        case .workers: words.flatMap { ["-n", $0] }
        case .options: Self.unquoted(value)
        case .starterOptions: Self.account(among: words)
        }
    }

    /// Splits `value` into words with quotes as in systemd; an unterminated quote is literal.
    private static func unquoted(_ value: String) -> [String] {
        var words: [String] = []
        var word: String?
        var rest = value[...]
        while let character = rest.popFirst() {
            if character.isWhitespace {
                if let word { words.append(word) }
                word = nil
            } else if character == "\"" || character == "'", let end = rest.firstIndex(of: character) {
                word = (word ?? "") + rest[..<end]
                rest = rest[rest.index(after: end)...]
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }

    /// `--user` and its account; the other words only concern the start itself.
    private static func account(among words: [String]) -> [String] {
        guard let place = words.lastIndex(where: { $0 == "--user" || $0.hasPrefix("--user=") }) else { return [] }
        if words[place] != "--user" { return [words[place]] }
        return place + 1 < words.count ? ["--user", words[place + 1]] : []
    }
}
