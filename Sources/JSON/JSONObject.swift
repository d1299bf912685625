/// An object of JSON, RFC 8259, written member by member in the order in which they are added, on one line.
///
/// For what a program says; `JSONValue` is for what it reads.
package struct JSONObject: Sendable, CustomStringConvertible {
    private var members = ""

    package init() {}

    package var description: String { "{\(members)}" }

    package mutating func add(_ name: String, _ value: String) {
        append(name, Self.quoted(value))
    }

    package mutating func add(_ name: String, _ value: some BinaryInteger) {
        append(name, "\(value)")
    }

    /// Adds a number; `null` where it is none.
    package mutating func add(_ name: String, _ value: Double) {
        append(name, value.isFinite ? "\(value)" : "null")
    }

    package mutating func add(_ name: String, _ value: Bool) {
        append(name, "\(value)")
    }

    package mutating func add(_ name: String, _ value: JSONObject) {
        append(name, value.description)
    }

    package mutating func add(_ name: String, _ values: [JSONObject]) {
        append(name, "[\(values.map(\.description).joined(separator: ","))]")
    }

    private mutating func append(_ name: String, _ value: String) {
        if !members.isEmpty { members += "," }
        members += "\(Self.quoted(name)):\(value)"
    }

    /// The text between quotation marks; what could end a line or move a terminal's cursor is escaped.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
