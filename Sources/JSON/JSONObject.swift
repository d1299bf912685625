/// A JSON object, RFC 8259, on one line; members are in the order in which they were added.
///
/// For output; `JSONValue` is for input.
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

    /// Adds a number; `null` if it is infinite or not a number.
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

    /// Quotes a text; line breaks and control characters are escaped, so that output stays on one line and cannot move
    /// a terminal's cursor.
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
