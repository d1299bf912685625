internal import Authentication
internal import MechanismKit

/// Settings in a file.
extension SettingsText {
    /// Parses `text`, the content of the file at `path`: lines of `name = value`, or pam.d(5) lines for pam_mysql.
    ///
    /// Comment lines begin with `#`, in any column. A `;` at the end of a line and blanks around a value are ignored. A
    /// line that ends with a backslash continues in the next one, unless it sets the password. The last line needs no
    /// newline.
    init(file path: String, text: Span<UInt8>) throws(UnusableMechanism) {
        self.init()
        let lines = JoinedLines(text)
        for index in lines.indices {
            let place = Setting.Place.file(path, line: lines.number(index))
            var line = Self.trimmed(lines.line(index))
            guard !line.isEmpty, line[0] != UInt8(ascii: "#") else { continue }
            if PAMLine.start(of: line) != nil || PAMLine.isIdle(line) {
                guard settings.isEmpty else {
                    throw UnusableMechanism("\(place): unexpected pam.d(5) line after lines of name = value")
                }
                try addLines(text) { .pamLine(path, line: $0) }
                return
            }
            if line[line.count - 1] == UInt8(ascii: ";") { line = Self.trimmed(line.extracting(droppingLast: 1)) }
            guard line.indices.contains(where: { line[$0] == UInt8(ascii: "=") }) else {
                throw UnusableMechanism("\(place): expected name = value, or a comment that begins with #")
            }
            try add(line, at: place)
        }
    }
}

/// The lines of a text, with those joined that end with a backslash.
struct JoinedLines: ~Copyable {
    private struct Line {
        let range: Range<Int>
        let number: Int
    }

    /// The text, with blanks for the backslashes and newlines at joints.
    private let text: Secret
    private let lines: [Line]

    init(_ text: Span<UInt8>) {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let hasMark = text.count >= mark.count && mark.indices.allSatisfy { text[$0] == mark[$0] }
        let text = text.extracting((hasMark ? mark.count : 0)...)
        var lines: [Line] = []
        // Joints: a backslash, an optional carriage return, and a newline.
        var joints: [Range<Int>] = []
        var (start, number, first) = (0, 1, 1)
        for end in 0...text.count where end == text.count || text[end] == UInt8(ascii: "\n") {
            var last = end - 1
            if last >= start, text[last] == UInt8(ascii: "\r") { last -= 1 }
            number += 1
            if end < text.count, last >= start, text[last] == UInt8(ascii: "\\"),
                Self.mayGoOn(text.extracting(start..<last))
            {
                joints.append(last..<end + 1)
                continue
            }
            lines.append(Line(range: start..<end, number: first))
            (start, first) = (end + 1, number)
        }
        self.lines = lines
        self.text = Secret(capacity: text.count) { output in
            var next = joints[...]
            for index in text.indices {
                while let joint = next.first, joint.upperBound <= index { next.removeFirst() }
                output.append(next.first?.contains(index) == true ? UInt8(ascii: " ") : text[index])
            }
        }
    }

    var indices: Range<Int> { lines.indices }

    /// The number of its first line in the file, from 1.
    func number(_ index: Int) -> Int { lines[index].number }

    @_lifetime(borrow self)
    func line(_ index: Int) -> Span<UInt8> { text.span.extracting(lines[index].range) }

    /// Whether a backslash at the end continues the line: not in a comment, and not in a password.
    private static func mayGoOn(_ line: Span<UInt8>) -> Bool {
        let line = SettingsText.trimmed(line)
        guard !line.isEmpty else { return true }
        guard line[0] != UInt8(ascii: "#") else { return false }
        var end = 0
        while end < line.count, line[end] != UInt8(ascii: "=") { end += 1 }
        guard end < line.count else { return true }
        let name = SettingsText.string(SettingsText.trimmed(line.extracting(first: end)))
        return SettingName(written: name) != .passwd
    }
}
