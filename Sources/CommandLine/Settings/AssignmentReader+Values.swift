/// Values: quotes, backslashes and variables.
extension AssignmentReader {
    /// Takes the value of `name` as a shell does: up to a blank that is not quoted.
    mutating func takeValue(of name: String) throws(Failure) -> [UInt8] {
        (self.name, valueStart) = (name, place)
        try refuseHome()
        return try takeWord { Self.separators.contains($0) }
    }

    /// Takes a word up to a byte for which `ends` holds and which is not quoted.
    private mutating func takeWord(
        until ends: (UInt8) -> Bool,
        isQuoted: Bool = false,
        depth: Int = 0
    ) throws(Failure) -> [UInt8] {
        var value: [UInt8] = []
        while let byte, !ends(byte) {
            switch byte {
            case UInt8(ascii: "'") where !isQuoted:
                place += 1
                value += try takeQuoted()
            case UInt8(ascii: "\""):
                place += 1
                value += try takeDoublyQuoted(depth)
            case UInt8(ascii: "\\"):
                place += 1
                // The last byte of a file stands for itself.
                let next = take() ?? byte
                if next != UInt8(ascii: "\n") { value.append(next) }
            case _ where Self.operators.contains(byte) && !isQuoted: throw refusal(of: byte)
            default: try takePlain(into: &value, isQuoted: isQuoted, depth)
            }
            try checkLength(of: value)
        }
        return value
    }

    /// Takes the value of `name` as systemd does: up to the end of the line, or a comment behind a blank.
    mutating func takeLine(of name: String) throws(Failure) -> [UInt8] {
        self.name = name
        skipBlanks()
        valueStart = place
        try refuseHome()
        var value: [UInt8] = []
        // Blanks at the end do not count, unless a backslash stands before them.
        var length = 0
        var quote: UInt8?
        while let byte, byte != UInt8(ascii: "\n") {
            switch byte {
            case _ where Self.blanks.contains(byte):
                place += 1
                value.append(byte)
                continue
            case UInt8(ascii: "#") where quote == nil && value.count > length:
                while let byte = self.byte, byte != UInt8(ascii: "\n") { place += 1 }
                continue
            case UInt8(ascii: "\\"):
                place += 1
                if let next = take(), next != UInt8(ascii: "\n") { value.append(next) }
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                place += 1
                quote = quote == nil ? byte : quote == byte ? nil : quote
                value.append(byte)
            case _ where quote == nil && (Self.operators.contains(byte) || byte == UInt8(ascii: ";")):
                throw refusal(of: byte)
            default: try takePlain(into: &value, isQuoted: true, 0)
            }
            length = value.count
            try checkLength(of: value)
        }
        return Array(value[..<length])
    }

    private mutating func takeQuoted() throws(Failure) -> [UInt8] {
        let (start, startLine) = (place, line)
        while let byte = take() {
            if byte == UInt8(ascii: "'") { return Array(text[start..<place - 1]) }
        }
        throw Failure(line: startLine, name: name, "the quote ' that begins here has no end")
    }

    private mutating func takeDoublyQuoted(_ depth: Int) throws(Failure) -> [UInt8] {
        let start = line
        var value: [UInt8] = []
        while let byte {
            switch byte {
            case UInt8(ascii: "\""):
                place += 1
                return value
            case UInt8(ascii: "\\"):
                place += 1
                // Before other characters it stands for itself.
                guard let next = self.byte, Self.escapable.contains(next) else {
                    value.append(byte)
                    continue
                }
                if let next = take(), next != UInt8(ascii: "\n") { value.append(next) }
            default: try takePlain(into: &value, isQuoted: true, depth)
            }
            try checkLength(of: value)
        }
        throw Failure(line: start, name: name, "the quote \" that begins here has no end")
    }

    /// Takes a byte that stands for itself, or the variable that begins with it.
    private mutating func takePlain(into value: inout [UInt8], isQuoted: Bool, _ depth: Int) throws(Failure) {
        guard let byte = take() else { return }
        switch byte {
        case 0: throw Failure(line: line, name: name, "there is a zero byte")
        case UInt8(ascii: "`"): throw commandRefusal
        case UInt8(ascii: "$"): try takeVariable(into: &value, isQuoted: isQuoted, depth)
        default: value.append(byte)
        }
    }

    // MARK: Variables

    /// Takes a variable whose `$` is taken.
    private mutating func takeVariable(into value: inout [UInt8], isQuoted: Bool, _ depth: Int) throws(Failure) {
        switch byte {
        case UInt8(ascii: "("): throw commandRefusal
        case UInt8(ascii: "{"):
            place += 1
            value += try takeBraces(from: place - 2, depth + 1)
        case .some(let next) where Self.isLetter(next):
            let start = place - 1
            value += try expansion(of: takeVariableName(), from: start)
        case .some(let next) where Self.isDigit(next) || Self.scriptVariables.contains(next):
            throw Failure(
                line: line,
                name: name,
                "$\(Character(Unicode.Scalar(next))) is a variable of scripts alone; write its value"
            )
        case UInt8(ascii: "'") where !isQuoted, UInt8(ascii: "\"") where !isQuoted:
            throw Failure(line: line, name: name, "a quote with $ before it is not understood; write it without $")
        // It stands for itself.
        default: value.append(UInt8(ascii: "$"))
        }
    }

    /// Takes what stands behind `${`.
    private mutating func takeBraces(from start: Int, _ depth: Int) throws(Failure) -> [UInt8] {
        let variable = takeVariableName()
        let known = variables[variable]
        var countsEmpty = true
        if byte == UInt8(ascii: ":") {
            place += 1
            countsEmpty = false
        }
        let isSet = known.map { countsEmpty || !$0.isEmpty } ?? false
        guard let form = take(), !variable.isEmpty, depth <= Self.deepest else { throw bracesRefusal }
        switch (form, countsEmpty) {
        case (UInt8(ascii: "}"), true): return try expansion(of: variable, from: start)
        case (UInt8(ascii: "-"), _), (UInt8(ascii: "="), _), (UInt8(ascii: "+"), _): break
        default: throw bracesRefusal
        }
        let word = try takeWord(until: { $0 == UInt8(ascii: "}") }, isQuoted: true, depth: depth)
        guard take() != nil else { throw bracesRefusal }
        outcome.referenced.insert(variable)
        if form == UInt8(ascii: "+") { return isSet ? word : [] }
        if isSet { return known ?? [] }
        if form == UInt8(ascii: "=") {
            variables[variable] = word
            outcome.assignments.append(Assignment(name: variable, value: word, line: line))
        }
        return word
    }

    private mutating func takeVariableName() -> String {
        let start = place
        while let byte, Self.isLetter(byte) || place > start && Self.isDigit(byte) { place += 1 }
        return String(decoding: text[start..<place], as: UTF8.self)
    }

    /// The value of a variable, whose `$` stands at `start`.
    ///
    /// One that is not set is empty, as a shell has it, but only where that cannot make another path or word of the rest: first in the
    /// value, or in its own value, with blanks or the ends of the value around it.
    private mutating func expansion(of variable: String, from start: Int) throws(Failure) -> [UInt8] {
        outcome.referenced.insert(variable)
        if let value = variables[variable] { return value }
        let quote = UInt8(ascii: "\"")
        let isFirst = start == valueStart || start == valueStart + 1 && text[valueStart] == quote
        let beginsWord = isFirst || Self.separators.contains(text[start - 1])
        let next = byte == quote ? (place + 1 < text.count ? text[place + 1] : nil) : byte
        let endsWord = next.map(Self.separators.contains) ?? true
        guard endsWord, isFirst || beginsWord && variable == name else {
            throw Failure(
                line: line,
                name: name,
                "$\(variable) is not set in the lines before; write its value, or single quotes around what is no variable"
            )
        }
        if variable != name { outcome.unset.append(variable) }
        return []
    }

    // MARK: What is refused

    /// Refuses what a shell would put a home directory in the place of.
    private func refuseHome() throws(Failure) {
        guard byte == UInt8(ascii: "~") else { return }
        throw Failure(line: line, name: name, "~ is not expanded; write what it stands for")
    }

    private func checkLength(of value: [UInt8]) throws(Failure) {
        guard value.count > Self.longestValue else { return }
        throw Failure(line: line, name: name, "the value is longer than \(Self.longestValue) bytes")
    }

    func refusal(of byte: UInt8) -> Failure {
        let character = Character(Unicode.Scalar(byte))
        return Failure(line: line, name: name, "\(character) is more than an assignment; put the value in quotes")
    }

    private var commandRefusal: Failure {
        Failure(
            line: line,
            name: name,
            "no commands are run; write what they print, or single quotes around what is no command"
        )
    }

    private var bracesRefusal: Failure {
        Failure(
            line: line,
            name: name,
            "of ${...} only ${NAME} and ${NAME:-word}, with - = + and an optional colon, are understood; write the value"
        )
    }

    private static let escapable = Array("$`\"\\\n".utf8)
    private static let scriptVariables = Array("@*#?-$!".utf8)
    /// How many braces may stand in each other.
    private static let deepest = 16
}
