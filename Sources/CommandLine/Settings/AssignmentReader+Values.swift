/// Values: quotes, backslashes and variables.
extension AssignmentReader {
    /// Reads the value of `name` as a shell does: up to an unquoted separator.
    mutating func takeValue(of name: String) throws(Failure) -> [UInt8] {
        (self.name, valueStart) = (name, place)
        try refuseHome()
        return try takeWord { Self.separators.contains($0) }
    }

    /// Reads a word up to an unquoted byte for which `ends` is true.
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
                // A backslash at the end of the file is literal.
                let next = take() ?? byte
                if next != UInt8(ascii: "\n") { value.append(next) }
            case _ where Self.operators.contains(byte) && !isQuoted: throw refusal(of: byte)
            default: try takePlain(into: &value, isQuoted: isQuoted, depth)
            }
            try checkLength(of: value)
        }
        return value
    }

    /// Reads the value of `name` as systemd does: up to the end of the line, or a comment after a space.
    mutating func takeLine(of name: String) throws(Failure) -> [UInt8] {
        self.name = name
        skipBlanks()
        valueStart = place
        try refuseHome()
        var value: [UInt8] = []
        // Trailing blanks are dropped, unless escaped with a backslash.
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
        throw Failure(line: startLine, name: name, "unterminated quote '")
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
                // Before other characters a backslash is literal.
                guard let next = self.byte, Self.escapable.contains(next) else {
                    value.append(byte)
                    continue
                }
                if let next = take(), next != UInt8(ascii: "\n") { value.append(next) }
            default: try takePlain(into: &value, isQuoted: true, depth)
            }
            try checkLength(of: value)
        }
        throw Failure(line: start, name: name, "unterminated quote \"")
    }

    /// Reads a literal byte, or the variable that begins with it.
    private mutating func takePlain(into value: inout [UInt8], isQuoted: Bool, _ depth: Int) throws(Failure) {
        guard let byte = take() else { return }
        switch byte {
        case UInt8(ascii: "`"): throw commandRefusal
        case UInt8(ascii: "$"): try takeVariable(into: &value, isQuoted: isQuoted, depth)
        default: value.append(byte)
        }
    }

    // MARK: Variables

    /// Expands a variable after its `$`.
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
                "$\(Character(Unicode.Scalar(next))) is set only in scripts; write its value"
            )
        case UInt8(ascii: "'") where !isQuoted, UInt8(ascii: "\"") where !isQuoted:
            throw Failure(line: line, name: name, "$ before a quote is not supported; remove the $")
        // A literal `$`.
        default: value.append(UInt8(ascii: "$"))
        }
    }

    /// Expands the rest of `${…}` after the brace.
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
            try set(variable, word, line)
        }
        return word
    }

    private mutating func takeVariableName() -> String {
        let start = place
        while let byte, Self.isLetter(byte) || place > start && Self.isDigit(byte) { place += 1 }
        return String(decoding: text[start..<place], as: UTF8.self)
    }

    /// The value of a variable whose `$` is at `start`.
    ///
    /// An unset variable is empty, as in a shell, but only where this cannot turn the rest into another path or word:
    /// at the beginning of the value, or in the variable's own value, in both cases with separators or the ends of the
    /// value around it.
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
                "$\(variable) is not set above; write its value, or put literal text in single quotes"
            )
        }
        if variable != name { outcome.unset.append(variable) }
        return []
    }

    // MARK: Refusals

    /// Refuses a value that a shell would expand to a home directory.
    private func refuseHome() throws(Failure) {
        guard byte == UInt8(ascii: "~") else { return }
        throw Failure(line: line, name: name, "~ is not expanded; write the full path")
    }

    private func checkLength(of value: [UInt8]) throws(Failure) {
        guard value.count > Self.longestValue else { return }
        throw Failure(line: line, name: name, "the value is longer than \(Self.longestValue) bytes")
    }

    func refusal(of byte: UInt8) -> Failure {
        let character = Character(Unicode.Scalar(byte))
        return Failure(line: line, name: name, "unquoted \(character) is not allowed; put the value in quotes")
    }

    private var commandRefusal: Failure {
        Failure(
            line: line,
            name: name,
            "commands are not run; write their output, or put literal text in single quotes"
        )
    }

    private var bracesRefusal: Failure {
        Failure(
            line: line,
            name: name,
            "only ${NAME} and ${NAME:-word}, with - = + and an optional colon, are supported; write the value"
        )
    }

    private static let escapable = Array("$`\"\\\n".utf8)
    private static let scriptVariables = Array("@*#?-$!".utf8)
    /// The maximum nesting of braces.
    private static let deepest = 16
}
