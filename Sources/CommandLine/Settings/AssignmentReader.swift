/// Reads a file of assignments as a shell and systemd do, and refuses anything that would run a command.
///
/// Lines are read as by a shell. A line that a shell would take for a command with variables is read up to its end, as
/// `EnvironmentFile=` of systemd.exec(5) does.
struct AssignmentReader {
    struct Assignment: Equatable, Sendable {
        let name: String
        let value: [UInt8]
        /// The line of the name, counted from 1.
        let line: Int
    }

    /// The result of reading a file.
    struct Outcome: Equatable, Sendable {
        /// In order; without assignments that are unset later.
        var assignments: [Assignment] = []
        /// The variables that other values refer to.
        var referenced: Set<String> = []
        /// The variables that were unset and expanded to nothing.
        var unset: [String] = []
    }

    /// A line that is not a plain assignment to a shell.
    struct Failure: Error, Equatable {
        let line: Int
        let message: String

        init(line: Int, name: String? = nil, _ message: String) {
            self.line = line
            self.message = name.map { "\($0): \(message)" } ?? message
        }
    }

    /// The maximum length of a value in bytes; values that refer to each other grow fast.
    static let longestValue = 1 << 16

    let text: [UInt8]
    var place = 0
    var line = 1
    /// The name whose value is being read.
    var name = ""
    /// Where that value begins.
    var valueStart = 0
    var variables: [String: [UInt8]] = [:]
    var outcome = Outcome()

    /// Reads the assignments in `text`.
    static func read(_ text: [UInt8]) throws(Failure) -> Outcome {
        var reader = AssignmentReader(text)
        while try reader.takeStatement() {}
        return reader.outcome
    }

    private init(_ text: [UInt8]) {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let lines = text.starts(with: mark) ? text[mark.count...] : text[...]
        // Lines may end in CR LF.
        self.text = lines.indices.filter { place in
            lines[place] != UInt8(ascii: "\r") || place + 1 == lines.endIndex || lines[place + 1] != UInt8(ascii: "\n")
        }.map { lines[$0] }
    }

    var byte: UInt8? { place < text.count ? text[place] : nil }

    mutating func take() -> UInt8? {
        guard let byte else { return nil }
        place += 1
        if byte == UInt8(ascii: "\n") { line += 1 }
        return byte
    }

    /// Reads up to the end of a line, a semicolon or the next assignment; false at the end of the file.
    private mutating func takeStatement() throws(Failure) -> Bool {
        skipSeparators()
        guard byte != nil else { return false }
        let start = (place: place, line: line)
        let word = takeName()
        switch word {
        case "export", "readonly":
            guard isAtBlank else { break }
            try takeNames()
            return true
        case "unset":
            guard isAtBlank else { break }
            takeUnset()
            return true
        case "set":
            guard isAtBlank, takeShellOptions() else { break }
            return true
        case "" where byte == UInt8(ascii: ":"):
            place += 1
            try takeIdleWords()
            return true
        case "": break
        default:
            if isAtAssignment {
                try takeAssignments(word)
                return true
            }
            // A shell would run a command named NAME; systemd reads `NAME = value`.
            skipBlanks()
            guard byte == UInt8(ascii: "="), place + 1 == text.count || text[place + 1] != UInt8(ascii: "=") else {
                break
            }
            place += 1
            try set(word, try takeSpacedValue(of: word), start.line)
            return true
        }
        (place, line) = start
        throw Failure(
            line: line,
            "expected an assignment such as MECHANISMS=\"pam\"; write the resulting assignments instead of commands"
        )
    }

    /// Reads the assignments of a line, after the name `first`.
    private mutating func takeAssignments(_ first: String) throws(Failure) {
        var trial = self
        if try trial.takeShellAssignments(first) {
            self = trial
            return
        }
        // A shell would run a command here, so read the line as systemd does.
        let start = line
        let appends = takeEquals()
        skipBlanks()
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            throw quotesRefusal(first, start)
        }
        let value = try takeLine(of: first)
        try set(first, appends ? (variables[first] ?? []) + value : value, start)
    }

    /// Reads a value that blanks separate from its name; as in systemd, quotes count only around the whole value.
    private mutating func takeSpacedValue(of name: String) throws(Failure) -> [UInt8] {
        skipBlanks()
        guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else { return try takeLine(of: name) }
        let start = line
        let value = try takeValue(of: name)
        skipBlanks()
        guard isAtEndOfStatement else { throw quotesRefusal(name, start) }
        return value
    }

    private func quotesRefusal(_ name: String, _ line: Int) -> Failure {
        Failure(line: line, name: name, "put the whole value in one pair of quotes")
    }

    /// Reads assignments as a shell does; false where it would run a command.
    private mutating func takeShellAssignments(_ first: String) throws(Failure) -> Bool {
        var name = first
        while true {
            let start = line
            let appends = takeEquals()
            let value = try takeValue(of: name)
            try set(name, appends ? (variables[name] ?? []) + value : value, start)
            skipBlanks()
            guard !isAtEndOfStatement else { return true }
            if let byte, Self.operators.contains(byte) { throw refusal(of: byte) }
            name = takeName()
            // Words such as `user=mail` are part of a value.
            guard !name.isEmpty, isAtAssignment, name == name.uppercased() else { return false }
        }
    }

    /// Reads the arguments of `export`: names and assignments.
    private mutating func takeNames() throws(Failure) {
        while true {
            skipBlanks()
            guard !isAtEndOfStatement else { return }
            let start = line
            let name = takeName()
            guard !name.isEmpty, isAtAssignment || isAtBlank || isAtEndOfStatement else {
                throw Failure(line: start, "export: expected an assignment such as MECHANISMS=\"pam\"")
            }
            guard isAtAssignment else { continue }
            let appends = takeEquals()
            let value = try takeValue(of: name)
            try set(name, appends ? (variables[name] ?? []) + value : value, start)
        }
    }

    private mutating func takeUnset() {
        for name in takeWords() {
            variables[name] = nil
            outcome.assignments.removeAll { $0.name == name }
        }
    }

    /// Reads options of `set`, such as `-a`; false for other words.
    private mutating func takeShellOptions() -> Bool {
        takeWords().allSatisfy { $0.hasPrefix("-") || $0.hasPrefix("+") || $0 == "allexport" }
    }

    /// Reads the arguments of `:`, which a shell expands and discards.
    private mutating func takeIdleWords() throws(Failure) {
        while true {
            skipBlanks()
            guard !isAtEndOfStatement else { return }
            if let byte, Self.operators.contains(byte) { throw refusal(of: byte) }
            _ = try takeValue(of: ":")
        }
    }

    private mutating func takeWords() -> [String] {
        var words: [String] = []
        while true {
            skipBlanks()
            let start = place
            while let byte, !Self.separators.contains(byte) { place += 1 }
            guard place > start else { return words }
            words.append(String(decoding: text[start..<place], as: UTF8.self))
        }
    }

    mutating func set(_ name: String, _ value: [UInt8], _ line: Int) throws(Failure) {
        // Quoted or not: options are C strings in the end.
        guard !value.contains(0) else { throw Failure(line: line, name: name, "contains a zero byte") }
        variables[name] = value
        outcome.assignments.append(Assignment(name: name, value: value, line: line))
    }
}

// MARK: Position

extension AssignmentReader {
    /// Skips blanks, line ends and comments; as in systemd, a line that begins with a semicolon is a comment.
    private mutating func skipSeparators() {
        var isAtStart = place == 0
        while let byte, Self.separators.contains(byte) || byte == UInt8(ascii: "#") {
            if byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";") && isAtStart {
                skipLine()
            } else {
                _ = take()
            }
            isAtStart = byte == UInt8(ascii: "\n") || isAtStart && byte != UInt8(ascii: ";")
        }
    }

    private mutating func skipLine() {
        while let byte, byte != UInt8(ascii: "\n") { place += 1 }
    }

    /// Skips blanks and continued line ends.
    mutating func skipBlanks() {
        while let byte {
            if Self.blanks.contains(byte) {
                place += 1
            } else if byte == UInt8(ascii: "\\"), place + 1 < text.count, text[place + 1] == UInt8(ascii: "\n") {
                place += 2
                line += 1
            } else {
                return
            }
        }
    }

    private mutating func takeName() -> String {
        let start = place
        while let byte, Self.isLetter(byte) || place > start && Self.isDigit(byte) { place += 1 }
        return String(decoding: text[start..<place], as: UTF8.self)
    }

    /// Reads `=` or `+=`; returns whether it is `+=`, which appends.
    private mutating func takeEquals() -> Bool {
        let appends = byte == UInt8(ascii: "+")
        place += appends ? 2 : 1
        return appends
    }

    private var isAtAssignment: Bool {
        byte == UInt8(ascii: "=")
            || byte == UInt8(ascii: "+") && place + 1 < text.count && text[place + 1] == UInt8(ascii: "=")
    }

    private var isAtBlank: Bool { byte.map(Self.blanks.contains) ?? false }

    private var isAtEndOfStatement: Bool {
        byte.map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "#") } ?? true
    }

    static let blanks = Array(" \t\r".utf8)
    static let separators = Array(" \t\r\n;".utf8)
    static let operators = Array("&|<>()".utf8)

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    static func isLetter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
