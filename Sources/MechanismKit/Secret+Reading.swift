package import Authentication
package import Platform

extension Secret {
    /// Reads a file that holds credentials to its end, at most `limit` bytes, and leaves no copy of it behind.
    package static func reading(_ file: borrowing OwnedDescriptor, limit: Int) throws(SystemError) -> Secret {
        // It never grows: an array that does leaves what it held where it was.
        var bytes = [UInt8](repeating: 0, count: limit)
        defer { wipe(bytes.span) }
        var count = 0
        while count < limit {
            let more = try file.read(into: &bytes, from: count)
            guard more > 0 else { break }
            count += more
        }
        return Secret(copying: bytes.span.extracting(first: count))
    }
}
