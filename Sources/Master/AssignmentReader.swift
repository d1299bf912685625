/// Reads assignments as a shell does, but for its expansions: those it refuses.
struct AssignmentReader {
    struct Assignment: Equatable, Sendable {
        let name: String
        let value: String
        /// The line that the name stands in, from 1.
        let line: Int
    }

    /// What a shell would not take for a mere assignment.
    struct Failure: Error, Equatable {
        let line: Int
        let message: String
    }

    private let text: [UInt8]
    private var place = 0
    private var line = 1

    /// The assignments in `text`, in their order.
    static func assignments(in text: [UInt8]) throws(Failure) -> [Assignment] {
        var reader = AssignmentReader(text: text)
        var assignments: [Assignment] = []
        while let assignment = try reader.next() { assignments.append(assignment) }
        return assignments
    }

    private init(text: [UInt8]) {
        self.text = text
    }

    private var byte: UInt8? { place < text.count ? text[place] : nil }

    private mutating func take() -> UInt8? {
        guard let byte else { return nil }
        place += 1
        if byte == UInt8(ascii: "\n") { line += 1 }
        return byte
    }

    private mutating func next() throws(Failure) -> Assignment? {
        var name: String
        var start: Int
        repeat {
            skipSeparators()
            guard byte != nil else { return nil }
            start = line
            name = takeName()
            // What is exported stands behind the word.
        } while name == "export" && byte.map(Self.blanks.contains) == true
        guard !name.isEmpty, byte == UInt8(ascii: "=") else {
            throw Failure(line: start, message: "only assignments such as MECHANISMS=\"pam\" can stand here")
        }
        place += 1
        return Assignment(name: name, value: String(decoding: try takeValue(), as: UTF8.self), line: start)
    }

    /// Goes on to what is neither a blank, the end of a line nor a comment.
    private mutating func skipSeparators() {
        while let byte, Self.separators.contains(byte) || byte == UInt8(ascii: "#") {
            if byte == UInt8(ascii: "#") {
                while let byte = self.byte, byte != UInt8(ascii: "\n") { place += 1 }
            } else {
                _ = take()
            }
        }
    }

    private mutating func takeName() -> String {
        let start = place
        while let byte, Self.isLetter(byte) || place > start && Self.isDigit(byte) { place += 1 }
        return String(decoding: text[start..<place], as: UTF8.self)
    }

    private mutating func takeValue() throws(Failure) -> [UInt8] {
        var value: [UInt8] = []
        while let byte, !Self.separators.contains(byte) {
            place += 1
            switch byte {
            case UInt8(ascii: "'"): value += try takeQuoted()
            case UInt8(ascii: "\""): value += try takeDoublyQuoted()
            case UInt8(ascii: "\\"):
                if let next = take(), next != UInt8(ascii: "\n") { value.append(next) }
            case _ where Self.operators.contains(byte):
                throw Failure(
                    line: line,
                    message: "\(Character(Unicode.Scalar(byte))) is more than an assignment; put it in quotes"
                )
            default:
                try refuseExpansion(byte)
                value.append(byte)
            }
        }
        return value
    }

    private mutating func takeQuoted() throws(Failure) -> [UInt8] {
        let (start, startLine) = (place, line)
        while let byte = take() {
            if byte == UInt8(ascii: "'") { return Array(text[start..<place - 1]) }
        }
        throw Failure(line: startLine, message: "the quote ' that begins here has no end")
    }

    private mutating func takeDoublyQuoted() throws(Failure) -> [UInt8] {
        let start = line
        var value: [UInt8] = []
        while let byte = take() {
            switch byte {
            case UInt8(ascii: "\""): return value
            case UInt8(ascii: "\\"):
                // Before other characters it stands for itself.
                guard let next = self.byte, Self.escapable.contains(next) else {
                    value.append(byte)
                    continue
                }
                if let next = take(), next != UInt8(ascii: "\n") { value.append(next) }
            default:
                try refuseExpansion(byte, isQuoted: true)
                value.append(byte)
            }
        }
        throw Failure(line: start, message: "the quote \" that begins here has no end")
    }

    /// Refuses `byte`, which was just taken, where a shell would put something in its place.
    private func refuseExpansion(_ byte: UInt8, isQuoted: Bool = false) throws(Failure) {
        switch byte {
        case UInt8(ascii: "`"): break
        case UInt8(ascii: "$"):
            guard let next = self.byte else { return }
            let expands = Self.isLetter(next) || Self.isDigit(next) || Self.expandable.contains(next)
            guard expands || !isQuoted && Self.quotes.contains(next) else { return }
        default: return
        }
        throw Failure(
            line: line,
            message: "variables and commands (\(Character(Unicode.Scalar(byte)))) are not expanded; "
                + "write what they stand for, or single quotes around it"
        )
    }

    private static let blanks = Array(" \t".utf8)
    private static let separators = Array(" \t\r\n;".utf8)
    private static let operators = Array("&|<>()".utf8)
    private static let escapable = Array("$`\"\\\n".utf8)
    private static let expandable = Array("{(@*#?-$!".utf8)
    private static let quotes = Array("'\"".utf8)

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
