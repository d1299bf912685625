package import Authentication
internal import Digests

/// A line of the server, as its clients read it.
package enum ServerMessage: Hashable, Sendable {
    case version(major: UInt32, minor: UInt32)
    /// An announced mechanism, without its flags.
    case mechanism(ByteString)
    case process(UInt32)
    /// The greeting is complete.
    case done
    case accepted(id: UInt32)
    case refused(id: UInt32)
    /// A refusal that is marked as temporary: there is no verdict.
    case unavailable(id: UInt32)
    /// It is the client's turn, after this message.
    case challenge(id: UInt32, ByteString)
    /// A word that this client has no use for.
    case other

    /// Parses a line without its line break; `nil` if it has a known word and lacks what must follow.
    package init?(_ line: Span<UInt8>) {
        var reader = WordReader(line)
        let word = reader.next()
        if word.equals("OK") {
            guard let id = reader.next().number else { return nil }
            self = .accepted(id: id)
        } else if word.equals("FAIL") {
            guard let id = reader.next().number else { return nil }
            self = Self.isTemporary(&reader) ? .unavailable(id: id) : .refused(id: id)
        } else if word.equals("CONT") {
            guard let id = reader.next().number, reader.hasNext,
                let message = Secret.decoding(strictBase64: reader.next())
            else { return nil }
            self = .challenge(id: id, ByteString(copying: message.span))
        } else if word.equals("VERSION") {
            guard let major = reader.next().number, let minor = reader.next().number else { return nil }
            self = .version(major: major, minor: minor)
        } else if word.equals("MECH") {
            let name = ByteString(copying: reader.next())
            guard !name.isEmpty else { return nil }
            self = .mechanism(name)
        } else if word.equals("SPID") {
            guard let process = reader.next().number else { return nil }
            self = .process(process)
        } else {
            self = word.equals("DONE") ? .done : .other
        }
    }

    /// Whether the parameters of a refusal say so, with today's word or that of Dovecot before 2.3.
    private static func isTemporary(_ reader: inout WordReader) -> Bool {
        while reader.hasNext {
            let word = reader.next()
            if word.equals("code=temp_fail") || word.equals("temp") { return true }
        }
        return false
    }
}
