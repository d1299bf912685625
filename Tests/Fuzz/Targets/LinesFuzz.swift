import Authentication

@testable import ProcessProtocol

/// Lines between master and frontend, and between saslauthctl and frontend.
enum LinesFuzz {
    private static let version = "1.0.0"

    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        let lines = read([input])
        for longest in [1, 20, 3000] {
            let divided = read(pieces(of: input, longest: longest))
            try check(divided == lines, "other lines with pieces of up to \(longest) bytes")
        }
        for line in lines ?? [] {
            try encode(MasterMessage(decoding: line))
            try encode(FrontendMessage(decoding: line))
            try encode(request: line)
        }
        try encode(answer: String(decoding: input, as: UTF8.self))
    }

    /// The lines; `nil` if one is too long.
    private static func read(_ pieces: [[UInt8]]) -> [String]? {
        var reader = LineReader()
        var lines: [String] = []
        for piece in pieces {
            guard let some = try? reader.take(piece[...]) else { return nil }
            lines += some
        }
        return lines
    }

    private static func encode(_ message: (some LineMessage)?) throws(BrokenProperty) {
        guard let message else { return }
        let bytes = message.encoded
        try check(bytes.count <= LineReader.longestLine + 1, "a line that is too long")
        try check(bytes.firstIndex(of: 0x0A) == bytes.count - 1, "a message of several lines")
        // A longer one is cut.
        guard bytes.count <= LineReader.longestLine else { return }
        let line = String(decoding: bytes.dropLast(), as: UTF8.self)
        try check(type(of: message).init(decoding: line) == message, "\(message) is another one after its encoding")
    }

    private static func encode(request line: String) throws(BrokenProperty) {
        guard let request = try? ControlRequest(decoding: line, own: version) else { return }
        let encoded = String(decoding: request.encoded(own: version).dropLast(), as: UTF8.self)
        let second = try? ControlRequest(decoding: encoded, own: version)
        try check(second == request, "\(request) is another one after its encoding")
    }

    private static func encode(answer text: String) throws(BrokenProperty) {
        guard let answer = ControlAnswer(decoding: text) else { return }
        let second = ControlAnswer(decoding: answer.encoded)
        try check(second?.encoded == answer.encoded, "\(answer) is another one after its encoding")
        if case .done(let report) = answer {
            try check(second == .done(report), "a report is another one after its encoding")
        }
    }
}
