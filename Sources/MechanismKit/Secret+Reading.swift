package import Authentication
package import Platform

extension Secret {
    /// Reads a file with credentials, at most `limit` bytes, and leaves no copy in memory.
    package static func reading(_ file: borrowing OwnedDescriptor, limit: Int) throws(SystemError) -> Secret {
        // Allocated in full: an array that grows leaves its old contents in memory.
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
