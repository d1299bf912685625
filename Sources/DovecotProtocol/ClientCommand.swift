internal import Authentication

/// A line of a client after its greeting.
enum ClientCommand: ~Copyable {
    case auth(id: UInt32, AuthCommand)
    case proceed(id: UInt32, ClientMessage)
    case cancel(id: UInt32)

    /// Parses a line without its line break.
    ///
    /// `isInUse` is asked whether a request with this identifier is in flight.
    init(
        _ line: Span<UInt8>,
        minorVersion: UInt32,
        mechanisms: [SASLMechanism],
        isInUse: (UInt32) -> Bool
    ) throws(Violation) {
        guard line.firstIndex(of: 0) == nil else { throw .zeroByte }
        var reader = WordReader(line)
        let word = reader.next()
        if word.equals("AUTH") {
            let id = try Self.newIdentifier(&reader, isInUse)
            guard reader.hasNext, let mechanism = SASLMechanism(name: reader.next()), mechanisms.contains(mechanism)
            else { throw .unknownMechanism }
            let parameters = try AuthParameters(&reader, minorVersion: minorVersion)
            self = .auth(id: id, try parameters.command(of: mechanism))
        } else if word.equals("CONT") {
            guard reader.hasNext, let id = reader.next().number else { throw .badIdentifier }
            guard reader.hasNext else { throw .wordCount }
            // Tabs are blanks here, and there are no escape sequences, as in Dovecot.
            self = .proceed(id: id, ClientMessage(base64: reader.rest))
        } else if word.equals("CANCEL") {
            guard reader.hasNext, let id = reader.next().number else { throw .badIdentifier }
            guard !reader.hasNext else { throw .wordCount }
            self = .cancel(id: id)
        } else {
            throw .unknownCommand
        }
    }

    /// Parses the beginning of a line that is too long: which request it begins or continues.
    static func head(of line: Span<UInt8>, isInUse: (UInt32) -> Bool) throws(Violation) -> LongLine {
        guard line.firstIndex(of: 0) == nil else { throw .zeroByte }
        var reader = WordReader(line.extracting(first: min(line.count, LineLimit.head)))
        let word = reader.next()
        if word.equals("AUTH") {
            let id = try newIdentifier(&reader, isInUse)
            // A number that fills the head may go on behind it.
            guard reader.hasNext else { throw .badIdentifier }
            return .auth(id: id)
        }
        guard word.equals("CONT"), reader.hasNext, let id = reader.next().number, reader.hasNext else { throw .tooLong }
        return .proceed(id: id)
    }

    private static func newIdentifier(
        _ reader: inout WordReader,
        _ isInUse: (UInt32) -> Bool
    ) throws(Violation) -> UInt32 {
        guard reader.hasNext, let id = reader.next().number, id > 0 else { throw .badIdentifier }
        guard !isInUse(id) else { throw .identifierInUse }
        return id
    }
}

/// A line that is too long.
enum LongLine {
    case auth(id: UInt32)
    case proceed(id: UInt32)
}
