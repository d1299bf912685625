import Authentication

@testable import MuxProtocol

/// Requests as clients send them, whole and in pieces.
enum MuxFuzz {
    private enum Outcome: Equatable {
        case incomplete(needed: Int)
        case refused(MuxError)
        /// The fields, and the address if there is one.
        case complete([ByteString])
    }

    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        for limit in [256, 8160] { try read(input, RequestParser(maximumFieldLength: limit)) }
        try write(input)
    }

    /// Reads as a connection does: parses again when there are as many bytes as the parser asks for.
    private static func read(_ input: [UInt8], _ parser: RequestParser) throws(BrokenProperty) {
        var length = 0
        for _ in 0...2 * Field.allCases.count {
            let outcome = outcome(Array(input[..<length]), parser)
            guard case .incomplete(let needed) = outcome else {
                return try judge(outcome, Array(input[..<length]), input, parser)
            }
            try check(needed > length, "no progress with \(length) bytes")
            guard needed <= input.count else { return }
            guard case .incomplete = self.outcome(Array(input[..<(needed - 1)]), parser) else {
                throw BrokenProperty(description: "decided before the \(needed) bytes that were asked for")
            }
            length = needed
        }
        throw BrokenProperty(description: "a request needs more than two reads for each field")
    }

    private static func judge(
        _ outcome: Outcome,
        _ used: [UInt8],
        _ input: [UInt8],
        _ parser: RequestParser
    ) throws(BrokenProperty) {
        let early = self.outcome(used, parser, ignoringAddress: true)
        try check(
            self.outcome(input, parser, ignoringAddress: true) == early,
            "what follows a decided request changes the decision"
        )
        switch outcome {
        case .incomplete: break
        case .refused(let error):
            try check(Reply(to: error).text.hasPrefix("NO "), "the reply to \(error) is no refusal")
            try check(early == outcome, "an address changes a refusal")
        case .complete(let fields):
            try check(!fields[0].isEmpty && !fields[1].isEmpty, "an empty login or password")
            try check(
                fields.allSatisfy { $0.count <= parser.maximumFieldLength && !$0.bytes.contains(0) },
                "a field that is too long or has a zero byte"
            )
            try check(written(fields).map { used.starts(with: $0) } ?? false, "another request than was sent")
        }
    }

    /// Encodes the fields of the input, and decodes them again.
    private static func write(_ input: [UInt8]) throws(BrokenProperty) {
        var fields = Fields(input)
        let texts = Array(fields.all().prefix(5).map { ByteString($0) })
        guard texts.count >= 4, let bytes = written(texts) else { return }
        let outcome = outcome(bytes, RequestParser(maximumFieldLength: .max))
        let isValid = !texts[0].isEmpty && !texts[1].isEmpty && !texts.prefix(4).contains { $0.bytes.contains(0) }
        guard isValid else {
            if case .refused = outcome { return }
            throw BrokenProperty(description: "an invalid request is not refused")
        }
        let hasAddress = texts.count == 5 && !texts[4].isEmpty && !texts[4].bytes.contains(0)
        try check(outcome == .complete(hasAddress ? texts : Array(texts.prefix(4))), "another request than was sent")
    }

    private static func written(_ fields: [ByteString]) -> [UInt8]? {
        RequestWriter.request(
            login: fields[0],
            password: Secret(fields[1].bytes),
            service: fields[2],
            realm: fields[3],
            address: fields.count > 4 ? fields[4] : nil
        )
    }

    private static func outcome(_ bytes: [UInt8], _ parser: RequestParser, ignoringAddress: Bool = false) -> Outcome {
        do throws(MuxError) {
            switch try parser.parse(bytes.span, ignoringAddress: ignoringAddress) {
            case .incomplete(let needed): return .incomplete(needed: needed)
            case .addressIncomplete(let needed): return .incomplete(needed: needed)
            case .complete(let request):
                let password = ByteString(request.password.bytes)
                let fields = [request.login, password, request.service, request.realm]
                return .complete(request.remote.isEmpty ? fields : fields + [request.remote])
            }
        } catch {
            return .refused(error)
        }
    }
}
