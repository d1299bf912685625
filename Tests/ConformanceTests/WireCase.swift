import TestSupport

/// One thing that a client does on the wire, and what it is answered.
struct WireCase: Sendable, CustomStringConvertible {
    /// What is sent, piece by piece.
    let pieces: [[UInt8]]
    let description: String
    /// Whether the client half-closes after its last piece.
    var endsOutput = false
    /// What both makes answer.
    let answer: MuxClient.Answer
    /// Where ours answers otherwise: what, and for what reason.
    var difference: (answer: MuxClient.Answer, reason: String)?

    func expected(of make: Daemon.Make) -> MuxClient.Answer {
        make == .ours ? difference?.answer ?? answer : answer
    }

    private init(
        _ description: String,
        _ pieces: [[UInt8]],
        endsOutput: Bool = false,
        _ answer: MuxClient.Answer,
        ours difference: (answer: MuxClient.Answer, reason: String)? = nil
    ) {
        self.description = description
        self.pieces = pieces
        self.endsOutput = endsOutput
        self.answer = answer
        self.difference = difference
    }

    private static let good = MuxClient.request("alice", "secret", "smtp", "example.org")
    private static let long = [UInt8](repeating: 0x61, count: 256)
    private static let accepted = MuxClient.Answer.text("OK")
    private static let refused = MuxClient.Answer.text("NO")
    private static let overlong = MuxClient.Answer.text("NO ")
    private static let zeroByte = "a zero byte cuts a C string: what follows would be dropped in silence"

    static let all: [WireCase] = answers + overlongFields + pieces + oddInput

    private static let answers = [
        WireCase("the right password", [good], accepted),
        WireCase("a wrong password", [MuxClient.request("alice", "Secret", "smtp", "example.org")], refused),
        WireCase("an unknown login", [MuxClient.request("bob", "secret", "smtp", "example.org")], refused),
        WireCase("another realm", [MuxClient.request("alice", "secret", "smtp", "example.net")], refused),
        WireCase("an empty realm", [MuxClient.request("alice", "secret", "smtp", "")], refused),
        WireCase("an empty service", [MuxClient.request("alice", "secret", "", "example.org")], accepted),
        WireCase("an empty login", [MuxClient.request("", "x", "", "")], .text("NO NULL login received")),
        WireCase("an empty password", [MuxClient.request("x", "", "", "")], .text("NO NULL password received")),
        WireCase("empty login and password", [MuxClient.request("", "", "", "")], .text("NO NULL login received")),
        WireCase("line ends", [MuxClient.request("alice\r\n", "secret", "smtp", "example.org")], refused),
        WireCase("8-bit bytes", [MuxClient.request([0xE4], [0xFF], [0x80], [0xC3, 0xA9])], refused),
        WireCase(
            "a password in 8-bit bytes",
            [MuxClient.request("ümlaut", "pässwörd", "smtp", "example.org")],
            accepted
        ),
    ]

    private static let overlongFields = [
        WireCase("256 bytes in each field", [MuxClient.request(long, long, long, long)], refused),
        WireCase("a login of 257 bytes, before it comes", [[1, 1]], overlong),
        WireCase("a login of 65,535 bytes, before it comes", [[0xFF, 0xFF]], overlong),
        WireCase("a password of 257 bytes", [MuxClient.request("alice") + [1, 1]], overlong),
        WireCase("a service of 257 bytes", [MuxClient.request("alice", "secret") + [1, 1]], overlong),
        WireCase("a realm of 257 bytes", [MuxClient.request("alice", "secret", "smtp") + [1, 1]], overlong),
        WireCase("an overlong password after an empty login", [MuxClient.request("") + [1, 1]], overlong),
    ]

    private static let pieces = [
        WireCase("four pieces, as Exim writes", fields("alice", "secret", "smtp", "example.org"), accepted),
        WireCase("byte by byte", good.map { [$0] }, accepted),
        WireCase("a half-close after the request", [good], endsOutput: true, accepted),
        WireCase("five fields", [good + MuxClient.request("192.0.2.1;49152")], accepted),
        WireCase("five fields, the fifth empty", [good + MuxClient.request("")], accepted),
        WireCase("a fifth field that is overlong", [good + [0xFF, 0xFF, 0x61]], accepted),
        WireCase("a fifth field that never comes as a whole", [good + [0, 15, 0x31]], accepted),
        WireCase("a fifth field in a piece of its own", [good, MuxClient.request("192.0.2.1;49152")], accepted),
        WireCase("3,000 bytes behind the request", [good + [UInt8](repeating: 0x78, count: 3000)], accepted),
    ]

    private static let oddInput = [
        WireCase("nothing, and the end", [], endsOutput: true, .nothing),
        WireCase("half a length, and the end", [[0]], endsOutput: true, .nothing),
        WireCase("half a request, and the end", [Array(good.dropLast(3))], endsOutput: true, .nothing),
        WireCase(
            "a zero byte in the login",
            [MuxClient.request("alice\0zzz", "secret", "smtp", "example.org")],
            accepted,
            ours: (overlong, zeroByte)
        ),
        WireCase(
            "a zero byte in the password",
            [MuxClient.request("alice", "secret\0yyy", "smtp", "example.org")],
            accepted,
            ours: (overlong, zeroByte)
        ),
    ]

    private static func fields(_ texts: String...) -> [[UInt8]] {
        texts.map { MuxClient.request($0) }
    }
}
