import Authentication
import MechanismKit

@testable import saslauthd_mysql

/// Settings of mysql, as a file and as arguments, and its queries.
enum MySQLFuzz {
    private static let names = ["passwd=", "passwd =", "passwd = "]

    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        try read(input) { () throws(UnusableMechanism) in try SettingsText(file: "/f", text: input.span) }
        try read(input) { () throws(UnusableMechanism) in try SettingsText(line: input.span) }
        try readQuery(String(decoding: input, as: UTF8.self))
    }

    private static func read(
        _ input: [UInt8],
        _ text: () throws(UnusableMechanism) -> SettingsText
    ) throws(BrokenProperty) {
        let settings: MySQLSettings
        do throws(UnusableMechanism) {
            settings = try MySQLSettings(try text())
        } catch {
            try PlantedPassword(input, after: names)?.checkAbsence(from: "\(error)")
            return
        }
        try examine(settings, input)
    }

    private static func examine(_ settings: borrowing MySQLSettings, _ input: [UInt8]) throws(BrokenProperty) {
        try check(!settings.hosts.isEmpty && !settings.queries.isEmpty, "no server, or no query")
        try check(!settings.user.isEmpty && !settings.database.isEmpty, "no user, or no database")
        try check(!settings.password.bytes.contains(0), "a password with a zero byte")
        for query in settings.queries { try check(!query.parameters.isEmpty, "a query for everybody: \(query.text)") }
        let texts = settings.remarks + [settings.user, settings.database] + settings.hosts.map { "\($0)" }
        try PlantedPassword(input, after: names)?.checkAbsence(from: texts.joined(separator: "\n"))
    }

    private static func readQuery(_ text: String) throws(BrokenProperty) {
        guard let query = try? QueryText(text) else { return }
        try check(marks(in: Array(query.text.utf8)) == query.parameters.count, "a mark without a parameter: \(query)")
        if let select = try? QueryText(select: text) {
            try check(select.parameters.count == 1, "\(select.parameters.count) parameters")
        }
    }

    /// The question marks outside quotes, as a server reads them.
    private static func marks(in query: [UInt8]) -> Int {
        var (count, quote, isEscaped) = (0, UInt8?.none, false)
        for byte in query {
            if isEscaped {
                isEscaped = false
            } else if let open = quote {
                if byte == UInt8(ascii: "\\"), open != UInt8(ascii: "`") { isEscaped = true }
                if byte == open { quote = nil }
            } else if "'\"`".utf8.contains(byte) {
                quote = byte
            } else if byte == UInt8(ascii: "?") {
                count += 1
            }
        }
        return count
    }
}

/// A password in the settings of an input, which must not be shown.
struct PlantedPassword {
    private static let text = Array("hunter2+x".utf8)

    /// Finds the password, at the start of a line after one of `names`; `nil` if it is not there, or also elsewhere.
    init?(_ input: [UInt8], after names: [String]) {
        guard occurrences(of: Self.text, in: input) == 1 else { return nil }
        let line = input.split(separator: 0x0A).first { occurrences(of: Self.text, in: Array($0)) == 1 } ?? []
        guard names.contains(where: { line.elementsEqual(Array($0.utf8) + Self.text) }) else { return nil }
    }

    func checkAbsence(from shown: String) throws(BrokenProperty) {
        try check(!shown.contains(String(decoding: Self.text, as: UTF8.self)), "the password is shown: \(shown)")
    }
}
