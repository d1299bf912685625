package import Authentication
internal import Digests

/// The lines with which a client logs in, for many logins that differ in their identifiers and messages.
package struct ClientLogin: Sendable {
    /// The client's side of the greeting.
    ///
    /// To a client of minor version 0, as mail servers are, a server has at most one exchange that waits for it.
    package static func greeting(process: UInt32, minorVersion: UInt32 = 0) -> [UInt8] {
        Array("VERSION\t\(Greeting.majorVersion)\t\(minorVersion)\nCPID\t\(process)\n".utf8)
    }

    package let mechanism: SASLMechanism
    /// What follows the identifier in `AUTH`, without the initial response.
    private let request: [UInt8]

    /// Logins with `mechanism` from `address`, `host;port`.
    package init(_ mechanism: SASLMechanism, service: ByteString, address: ByteString? = nil) {
        self.mechanism = mechanism
        var words = Array("\(mechanism.name)\tservice=".utf8) + Escape.escaped(service) + Array("\tnologin".utf8)
        if let address {
            let place = address.bytes.lastIndex(of: UInt8(ascii: ";")) ?? address.count
            words += Array("\trip=".utf8) + Escape.escaped(ByteString(Array(address.bytes[..<place])))
            let port = address.bytes[place...].dropFirst()
            if !port.isEmpty { words += Array("\trport=".utf8) + Escape.escaped(ByteString(Array(port))) }
        }
        request = words
    }

    /// The length of the longest line with a message of `count` bytes, with the line break, in bytes.
    package func longestLine(message count: Int) -> Int {
        request.count + Secret.base64Length(of: count) + 32
    }

    /// Appends the line that begins a login, with an initial response if there is one.
    ///
    /// The line contains the response, which may be a password: reserve capacity for it, and wipe it afterwards.
    package func appendRequest(_ id: UInt32, _ initial: borrowing Secret?, to lines: inout [UInt8]) {
        Self.begin("AUTH", id, &lines)
        lines.append(contentsOf: request)
        switch initial {
        case .some(let message):
            lines.append(contentsOf: "\tresp=".utf8)
            // Without letters a server would see no response instead of an empty one.
            message.isEmpty ? lines.append(UInt8(ascii: "=")) : Self.append(message, to: &lines)
        case nil: break
        }
        lines.append(UInt8(ascii: "\n"))
    }

    /// Appends the line with the answer to a challenge, which may be a password, too.
    package func appendAnswer(_ id: UInt32, _ message: borrowing Secret, to lines: inout [UInt8]) {
        Self.begin("CONT", id, &lines)
        Self.append(message, to: &lines)
        lines.append(UInt8(ascii: "\n"))
    }

    private static func begin(_ word: String, _ id: UInt32, _ lines: inout [UInt8]) {
        lines.append(contentsOf: word.utf8)
        lines.append(UInt8(ascii: "\t"))
        lines.append(contentsOf: String(id).utf8)
        lines.append(UInt8(ascii: "\t"))
    }

    private static func append(_ message: borrowing Secret, to lines: inout [UInt8]) {
        let letters = message.base64
        for index in letters.span.indices { lines.append(letters.span[index]) }
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
