/// What a name in a settings file stands for.
package enum SettingMeaning: Hashable, Sendable {
    case directories, mechanisms, option, workers
    /// Further options.
    case options
    /// Options of the shell function that starts the daemon on Red Hat's older systems.
    case starterOptions

    /// The names that stand for words, in the order of the words: those of Debian, Red Hat, SUSE, Mandriva, Gentoo, Alpine, Arch
    /// and FreeBSD.
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

    /// The names that are for scripts alone.
    static let scriptNames = [
        "DAEMON", "DESC", "NAME", "PATH", "PIDFILE", "PWDIR", "RUN_DIR", "START", "saslauthd_enable",
    ]

    /// The names of the variables that a daemon's environment can have from such a file.
    package static let variables = names.map(\.0)

    /// The words of a command line that `value` stands for.
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

    /// The words of `value`, where quotes hold blanks as systemd has it; a quote that is not closed stands for itself.
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

    /// `--user` with its account; the rest is about the start itself.
    private static func account(among words: [String]) -> [String] {
        guard let place = words.lastIndex(where: { $0 == "--user" || $0.hasPrefix("--user=") }) else { return [] }
        if words[place] != "--user" { return [words[place]] }
        return place + 1 < words.count ? ["--user", words[place + 1]] : []
    }
}
