/// A query to prepare: its text with `?` for each parameter, and the parts of a request to bind.
///
/// Data of a request never becomes part of the text.
struct QueryText: Sendable, Hashable {
    let text: String
    let parameters: [Parameter]

    init(text: String, parameters: [Parameter]) {
        self.text = text
        self.parameters = parameters
    }

    /// Reads a query with `%u`, `%n`, `%d`, `%s` and `%r`, unquoted or alone between quotes, and `%%` for a `%`.
    ///
    /// Other quoted text and any other `%` are copied unchanged.
    init(_ query: String) throws(QueryError) {
        try self.init(query) { Parameter(rawValue: $0) }
    }

    /// Reads pam_mysql's `select`, in which `%s` is the user.
    init(select: String) throws(QueryError) {
        try self.init(select) { $0 == UInt8(ascii: "s") ? .login : nil }
        guard parameters.count == 1 else { throw .notOneUser(count: parameters.count) }
    }

    private init(_ query: String, meaning: (UInt8) -> Parameter?) throws(QueryError) {
        var output: [UInt8] = []
        var parameters: [Parameter] = []
        var rest = Array(query.utf8)[...]
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
                let quoted = try Self.quoted(&rest)
                if let parameter = Self.only(quoted, meaning) {
                    parameters.append(parameter)
                    output.append(UInt8(ascii: "?"))
                } else {
                    try Self.checkHoldsNone(quoted, meaning)
                    output += quoted
                }
            case UInt8(ascii: "%"):
                rest.removeFirst()
                guard let letter = rest.first else {
                    output.append(byte)
                    break
                }
                if letter == byte {
                    rest.removeFirst()
                    output.append(byte)
                } else if let parameter = meaning(letter) {
                    rest.removeFirst()
                    parameters.append(parameter)
                    output.append(UInt8(ascii: "?"))
                } else {
                    output.append(byte)
                }
            case UInt8(ascii: "?"): throw .questionMark
            case UInt8(ascii: ";"): throw .severalStatements
            default:
                rest.removeFirst()
                output.append(byte)
            }
        }
        text = String(decoding: output, as: UTF8.self)
        self.parameters = parameters
    }

    /// Removes a quoted text, with its quotes; a doubled quote and one after a backslash do not end it.
    private static func quoted(_ rest: inout ArraySlice<UInt8>) throws(QueryError) -> [UInt8] {
        let quote = rest.removeFirst()
        var text = [quote]
        while let byte = rest.popFirst() {
            text.append(byte)
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "`"), let next = rest.popFirst() {
                text.append(next)
            } else if byte == quote {
                guard rest.first == quote else { return text }
                text.append(rest.removeFirst())
            }
        }
        throw .openQuote
    }

    /// The parameter, if it is the whole text between the quotes.
    private static func only(_ quoted: [UInt8], _ meaning: (UInt8) -> Parameter?) -> Parameter? {
        guard quoted.count == 4, quoted[0] != UInt8(ascii: "`"), quoted[1] == UInt8(ascii: "%") else { return nil }
        return meaning(quoted[2])
    }

    /// Throws for a parameter within a longer quoted text, which would be taken literally.
    private static func checkHoldsNone(_ quoted: [UInt8], _ meaning: (UInt8) -> Parameter?) throws(QueryError) {
        for (byte, next) in zip(quoted, quoted.dropFirst()) where byte == UInt8(ascii: "%") {
            if meaning(next) != nil { throw .parameterInText(String(decoding: quoted, as: UTF8.self)) }
        }
    }
}

/// Why a query cannot be prepared.
enum QueryError: Error, Hashable, CustomStringConvertible {
    case openQuote
    case questionMark
    case severalStatements
    case parameterInText(String)
    case notOneUser(count: Int)

    var description: String {
        switch self {
        case .openQuote: "a quote is not closed"
        case .questionMark: "a ? outside quotes; write %u for the login"
        case .severalStatements: "a ; outside quotes; expected a single statement without a ; at its end"
        case .parameterInText(let text):
            "\(text) mixes a parameter with other text; write for example CONCAT(%n, '@', %d)"
        case .notOneUser(let count): "%s occurs \(count) times; expected once, for the user"
        }
    }
}
