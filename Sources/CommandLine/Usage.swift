internal import Authentication

/// The texts of `-h` and `-v`.
package enum Usage {
    /// The column at which the help begins.
    private static let helpColumn = 17
    private static let width = 80

    package static let text =
        "usage: saslauthd [options]\n\noption information:\n"
        + OptionTable.rows.filter { !$0.isHidden }.flatMap(lines).map { $0 + "\n" }.joined()

    /// The text of `-v`, with the names of the available mechanisms.
    package static func versionText(mechanisms: [String]) -> String {
        "saslauthd \(Product.version) (swift-saslauthd)\nauthentication mechanisms: \(mechanisms.joined(separator: " "))\n\n"
    }

    /// The lines about an option: its form, its description and its default.
    private static func lines(_ row: OptionRow) -> [String] {
        let value =
            switch row.form {
            case .flag: ""
            case .value: " <\(row.placeholder)>"
            case .optionalValue: " [<\(row.placeholder)>]"
            }
        let head = "  " + row.name + value
        let help = row.help + (row.standard.map { " Default: \($0)." } ?? "")
        let margin = String(repeating: " ", count: helpColumn)
        let lines = wrapped(help, to: width - helpColumn).map { margin + $0 }
        guard head.count < helpColumn, let first = lines.first else { return [head] + lines }
        return [head + first.dropFirst(head.count)] + lines.dropFirst()
    }

    private static func wrapped(_ text: String, to width: Int) -> [String] {
        text.split(separator: " ").reduce(into: []) { lines, word in
            if let last = lines.last, last.count + 1 + word.count < width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
    }
}
