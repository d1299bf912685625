/// Metrics in the Prometheus text format, version 0.0.4; names begin with `saslauthd_`.
struct MetricsText: CustomStringConvertible {
    enum Kind: String {
        case counter, gauge, histogram
    }

    /// One histogram of a family.
    struct Series {
        let labels: String
        /// Upper bounds in ascending order, each with the number of values up to it.
        let buckets: [(bound: Double, count: UInt64)]
        let sum: Double
        let count: Int
    }

    private(set) var description = ""

    /// Adds a family of values, each with its labels: `name="value",…`, or none.
    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ values: [(labels: String, value: Double)]) {
        head(name, kind, help)
        for (labels, value) in values { line(name, labels, value) }
    }

    mutating func histogram(_ name: String, _ help: String, _ series: [Series]) {
        head(name, .histogram, help)
        for one in series {
            for (bound, count) in one.buckets { line("\(name)_bucket", "\(one.labels),le=\"\(bound)\"", Double(count)) }
            line("\(name)_bucket", "\(one.labels),le=\"+Inf\"", Double(one.count))
            line("\(name)_sum", one.labels, one.sum)
            line("\(name)_count", one.labels, Double(one.count))
        }
    }

    /// The value of a label, without the surrounding quotation marks.
    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
    }

    private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
        description += "# HELP saslauthd_\(name) \(help)\n# TYPE saslauthd_\(name) \(kind.rawValue)\n"
    }

    private mutating func line(_ name: String, _ labels: String, _ value: Double) {
        let number = value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
        description += "saslauthd_\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(number)\n"
    }
}
