/// A script with which a shell completes the options of saslauthd.
package enum CompletionScript {
    /// The script for `shell`.
    package static func text(for shell: CompletionShell) -> String {
        let rows = OptionTable.rows.filter { !$0.isHidden }
        return switch shell {
        case .bash: bash(rows)
        case .zsh: zsh(rows)
        case .fish: fish(rows)
        }
    }

    /// The text in single quotes; `quote` replaces each single quote in it.
    static func quoted(_ text: String, quote: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: quote) + "'"
    }

    // MARK: bash

    private static func bash(_ rows: [OptionRow]) -> String {
        let paths = rows.filter { [.files, .directories].contains($0.completion) }.map(\.name)
        let silent = rows.filter { $0.form == .value && $0.completion == .nothing }.map(\.name)
        let cases =
            rows.filter { $0.completion != .nothing }.map { "\($0.name)) \(bashWords($0.completion)) ;;" } + [
                "\(silent.joined(separator: " | "))) ;;",
                "*) compgen -W '\(rows.map(\.name).joined(separator: " "))' -- \"$current\" ;;",
            ]
        return """
            # saslauthd(8): completion of its options in bash.

            _saslauthd() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=
                ((COMP_CWORD)) && previous=${COMP_WORDS[COMP_CWORD - 1]}
                # --name=value is three words.
                if [[ $current == = ]]; then
                    current=
                elif [[ $previous == = ]]; then
                    previous=${COMP_WORDS[COMP_CWORD - 2]}
                fi
                mapfile -t COMPREPLY < <(_saslauthd_words "$previous" "$current")
                case $previous in
                \(paths.joined(separator: " | "))) compopt -o filenames 2>/dev/null ;;
                esac
            }

            # Prints the completions of $2 after the word $1.
            _saslauthd_words() {
                local current=$2
                case $1 in
                \(cases.joined(separator: "\n    "))
                esac
            }

            complete -F _saslauthd saslauthd

            """
    }

    private static func bashWords(_ completion: OptionRow.Completion) -> String {
        switch completion {
        case .nothing: ""
        case .files: "compgen -f -- \"$current\""
        case .directories: "compgen -d -- \"$current\""
        case .accounts: "compgen -u -- \"$current\""
        case .groups: "compgen -g -- \"$current\""
        case .words(let words): "compgen -W '\(words.joined(separator: " "))' -- \"$current\""
        }
    }

    // MARK: zsh

    private static func zsh(_ rows: [OptionRow]) -> String {
        let arguments = rows.map { row in
            let repeats = row.isRepeatable ? "*" : ""
            let help = row.summary.map { "[]:\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
            let equals = row.isLetter ? "+" : "="
            let name = repeats + row.name + (row.form == .value ? equals : "")
            let colon = row.form == .optionalValue ? "::" : ":"
            let placeholder = row.placeholder.filter { $0 != ":" && $0 != "|" }
            let value = row.form == .flag ? "" : "\(colon)\(placeholder):\(zshAction(row.completion))"
            return "    " + quoted("\(name)[\(help)]\(value)", quote: "'\\''")
        }
        return "#compdef saslauthd\n\n_arguments -s \\\n" + arguments.joined(separator: " \\\n") + "\n"
    }

    private static func zshAction(_ completion: OptionRow.Completion) -> String {
        switch completion {
        case .nothing: ""
        case .files: "_files"
        case .directories: "_files -/"
        case .accounts: "_users"
        case .groups: "_groups"
        case .words(let words): "(\(words.joined(separator: " ")))"
        }
    }

    // MARK: fish

    private static func fish(_ rows: [OptionRow]) -> String {
        let lines = rows.map { row in
            let name = row.isLetter ? "-s \(row.bareName)" : "-l \(row.bareName)"
            let value = row.form == .value ? " " + fishValue(row.completion) : ""
            return "complete -c saslauthd \(name)\(value) -d \(quoted(row.summary, quote: "\\'"))\n"
        }
        return "# saslauthd(8): completion of its options in fish.\ncomplete -c saslauthd -f\n" + lines.joined()
    }

    private static func fishValue(_ completion: OptionRow.Completion) -> String {
        switch completion {
        case .nothing: "-x"
        case .files: "-r -F"
        case .directories: "-x -a '(__fish_complete_directories)'"
        case .accounts: "-x -a '(__fish_complete_users)'"
        case .groups: "-x -a '(__fish_complete_groups)'"
        case .words(let words): "-x -a '\(words.joined(separator: " "))'"
        }
    }
}
