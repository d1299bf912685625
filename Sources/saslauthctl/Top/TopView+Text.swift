extension TopView {
    /// A rate or a time with the digits that matter; `-` for `nil`.
    static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "-" }
        if value >= 1e6 { return "\(Int((min(value, 1e15) / 1e6).rounded()))M" }
        if value >= 99_999.5 { return "\(Int((value / 1e3).rounded()))k" }
        if value >= 99.95 { return "\(Int(value.rounded()))" }
        // The bounds of the histogram have at most two decimals.
        let hundredths = Int((value * 100).rounded())
        if value < 9.995, hundredths % 10 != 0 {
            return "\(hundredths / 100).\(hundredths / 10 % 10)\(hundredths % 10)"
        }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// `3 d 4 h`, `4 h 5 min`, `5 min 6 s` or `6 s`.
    static func duration(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        let units = [
            (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
        ]
        let shown = units.drop { $0.0 == 0 }.prefix(2).filter { $0.0 > 0 }
        return shown.isEmpty ? "0 s" : shown.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    /// The beginning of a line, without blanks at its end.
    static func cut(_ line: String, to width: Int) -> String {
        let text = String(line.reversed().drop { $0 == " " }.reversed())
        guard text.count > width else { return text }
        return width > 0 ? text.prefix(width - 1) + "…" : ""
    }
}
