/// The two lines with which a client begins.
enum ClientGreeting {
    /// Parses `VERSION` and returns the minor version.
    static func minorVersion(_ line: Span<UInt8>) throws(Violation) -> UInt32 {
        guard line.firstIndex(of: 0) == nil else { throw .zeroByte }
        var reader = WordReader(line)
        guard reader.next().equals("VERSION"), reader.hasNext, let major = reader.next().number, reader.hasNext,
            let minor = reader.next().number, !reader.hasNext
        else { throw .noVersion }
        guard major == Greeting.majorVersion else { throw .majorVersion }
        return minor
    }

    /// Checks `CPID`; the number itself says nothing that the server needs.
    static func checkProcessID(_ line: Span<UInt8>) throws(Violation) {
        guard line.firstIndex(of: 0) == nil else { throw .zeroByte }
        var reader = WordReader(line)
        guard reader.next().equals("CPID"), reader.hasNext, let id = reader.next().number, id > 0, !reader.hasNext
        else { throw .noProcessID }
    }
}
