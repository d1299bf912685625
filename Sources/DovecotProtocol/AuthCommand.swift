package import Authentication
internal import Platform

/// A client's request to begin a login, `AUTH`.
package struct AuthCommand: ~Copyable, Sendable {
    package let mechanism: SASLMechanism
    /// The value of `service=`, or of `protocol=`, which newer clients send; may be empty.
    package let service: ByteString
    /// The address of the mail user as `host;port`, or without a port, or empty.
    ///
    /// Untrusted: from `rip=` and `rport=`. What is not a numeric address or port is left out.
    package let remote: ByteString
    package let initialResponse: ClientMessage
    /// Whether the mail user's connection is encrypted, `secured`; untrusted.
    package let isSecured: Bool
    /// Whether a failure must not count against the address, `no-penalty`; it counts against the login all the same.
    package let isExemptFromAddressPenalty: Bool
    /// Whether `OK` may contain the server's last message, `final-resp-ok`.
    package let acceptsFinalMessage: Bool
}

/// Collects the parameters of `AUTH`.
struct AuthParameters: ~Copyable {
    private var service: ByteString?
    private var host = ByteString()
    private var port: UInt32?
    private var isSecured = false
    private var isExemptFromAddressPenalty = false
    private var acceptsFinalMessage = false
    private var response = ClientMessage.absent

    /// Reads the words after the mechanism.
    init(_ reader: inout WordReader, minorVersion: UInt32) throws(Violation) {
        while reader.hasNext {
            let word = reader.next()
            let isResponse =
                if word.isEscaped { try add(word.unescaped.span, minorVersion) } else { try add(word, minorVersion) }
            guard !isResponse || !reader.hasNext else { throw .wordAfterResponse }
        }
    }

    consuming func command(of mechanism: SASLMechanism) throws(Violation) -> AuthCommand {
        guard let service else { throw .noService }
        guard !service.bytes.contains(0) else { throw .zeroByte }
        let suffix = host.isEmpty ? nil : port.map { ";\($0)" }
        return AuthCommand(
            mechanism: mechanism,
            service: service,
            remote: suffix.map { host.appending(ByteString($0)) } ?? host,
            initialResponse: response,
            isSecured: isSecured,
            isExemptFromAddressPenalty: isExemptFromAddressPenalty,
            acceptsFinalMessage: acceptsFinalMessage
        )
    }

    /// Takes one unescaped word; returns whether it is the response, which must be the last one.
    ///
    /// Unknown words are ignored. Of a parameter that occurs twice, the last value counts.
    private mutating func add(_ word: Span<UInt8>, _ minorVersion: UInt32) throws(Violation) -> Bool {
        let end = word.firstIndex(of: UInt8(ascii: "=")) ?? word.count
        let name = word.extracting(first: end)
        let value = word.extracting(droppingFirst: min(end + 1, word.count))
        if name.equals("resp") {
            // Old clients send an empty word when there is no response.
            response = value.isEmpty && minorVersion < 2 ? .absent : ClientMessage(base64: value)
            return true
        }
        if name.equals("service") || name.equals("protocol") {
            service = ByteString(copying: value)
        } else if name.equals("rip") {
            let text = [UInt8](copying: value)
            host = InternetAddress(text[...]) == nil ? ByteString() : ByteString(text)
        } else if name.equals("rport") {
            port = value.number.flatMap { 1...65_535 ~= $0 ? $0 : nil }
        } else if name.equals("secured") {
            isSecured = true
        } else if name.equals("no-penalty") {
            isExemptFromAddressPenalty = true
        } else if name.equals("final-resp-ok") {
            acceptsFinalMessage = true
        }
        return false
    }
}
