internal import Authentication

/// The value of a key, and where it stands.
struct Setting: Hashable, Sendable {
    let name: SettingName
    /// The key as it is written.
    let key: String
    /// The bytes without blanks around them; empty where they are a password.
    let value: ByteString
    let place: Place

    /// A line of a file, from 1.
    struct Place: Hashable, Sendable, Comparable, CustomStringConvertible {
        let file: String
        let line: Int

        var description: String { "\(PlainText.of(file)):\(line)" }

        static func < (left: Place, right: Place) -> Bool { left.line < right.line }
    }

    /// The value as text.
    var text: String { value.text }

    /// The value as it is shown in a message.
    var shown: String { "\"\(PlainText.of(value.text))\"" }

    /// The beginning of a message about it.
    var prefix: String { "\(place): \(key)" }
}
