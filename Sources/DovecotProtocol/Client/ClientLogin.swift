package import Authentication
internal import Digests

/// The lines with which a client logs in; the identifiers are added when they are sent.
///
/// They contain the password: the owner calls `wipeAll` at the end, and wipes what it has sent.
package struct ClientLogin: Sendable {
    /// The mechanisms in which a client sends its password.
    package enum Mechanism: String, CaseIterable, Sendable {
        case plain = "PLAIN"
        case login = "LOGIN"
    }

    /// The client's side of the greeting, as mail servers send it.
    package static func greeting(process: UInt32) -> [UInt8] {
        Array("VERSION\t\(Greeting.majorVersion)\t0\nCPID\t\(process)\n".utf8)
    }

    package let mechanism: Mechanism
    /// What follows the identifier in `AUTH`.
    private let request: [UInt8]
    /// The client's answers to challenges, in base64.
    private let answers: [[UInt8]]

    /// A login of `user` from `address`, `host;port`.
    package init(
        _ mechanism: Mechanism,
        user: ByteString,
        password: borrowing Secret,
        service: ByteString,
        address: ByteString? = nil
    ) {
        self.mechanism = mechanism
        var words = Array("\(mechanism.rawValue)\tservice=".utf8) + Escape.escaped(service) + Array("\tnologin".utf8)
        if let address {
            let place = address.bytes.lastIndex(of: UInt8(ascii: ";")) ?? address.count
            words += Array("\trip=".utf8) + Escape.escaped(ByteString(Array(address.bytes[..<place])))
            let port = address.bytes[place...].dropFirst()
            if !port.isEmpty { words += Array("\trport=".utf8) + Escape.escaped(ByteString(Array(port))) }
        }
        switch mechanism {
        case .plain:
            let message = Secret(capacity: 2 + user.count + password.count) { output in
                output.append(0)
                for byte in user.bytes { output.append(byte) }
                output.append(0)
                for index in password.span.indices { output.append(password.span[index]) }
            }
            let letters = message.base64
            words += Array("\tresp=".utf8)
            request = [UInt8](copying: words.span, letters.span)
            answers = []
        case .login:
            request = words
            let name = Secret(copying: user.bytes.span).base64
            let word = password.base64
            answers = [[UInt8](copying: name.span), [UInt8](copying: word.span)]
        }
    }

    /// The length of the longest line, with the line break, in bytes.
    package var longestLine: Int { 24 + max(request.count, answers.map(\.count).max() ?? 0) }
    /// How many challenges the mechanism has.
    package var challenges: Int { answers.count }

    /// Appends the line that begins a login.
    package func appendRequest(_ id: UInt32, to lines: inout [UInt8]) {
        append("AUTH", id, request, to: &lines)
    }

    /// Appends the answer to challenge number `number`, from 0 on.
    package func appendAnswer(_ number: Int, _ id: UInt32, to lines: inout [UInt8]) {
        append("CONT", id, answers[number], to: &lines)
    }

    private func append(_ word: String, _ id: UInt32, _ rest: [UInt8], to lines: inout [UInt8]) {
        lines.append(contentsOf: word.utf8)
        lines.append(UInt8(ascii: "\t"))
        lines.append(contentsOf: String(id).utf8)
        lines.append(UInt8(ascii: "\t"))
        lines.append(contentsOf: rest)
        lines.append(UInt8(ascii: "\n"))
    }

    /// Overwrites the password in this value and its copies.
    package func wipeAll() {
        wipe(request.span)
        for answer in answers { wipe(answer.span) }
    }
}

extension Escape {
    /// The bytes of a parameter as they stand in a line.
    static func escaped(_ text: ByteString) -> [UInt8] {
        text.bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case 0: [mark, UInt8(ascii: "0")]
            case mark: [mark, UInt8(ascii: "1")]
            case UInt8(ascii: "\t"): [mark, UInt8(ascii: "t")]
            case UInt8(ascii: "\r"): [mark, UInt8(ascii: "r")]
            case UInt8(ascii: "\n"): [mark, UInt8(ascii: "n")]
            default: [byte]
            }
        }
    }
}
