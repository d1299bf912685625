internal import Glibc

/// Where the text of a tool goes.
package enum StandardStream: CInt, Sendable {
    case output = 1
    case error = 2

    /// Writes at once, without a buffer.
    ///
    /// - Returns: whether all was written.
    @discardableResult
    package func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Writes at once, without a buffer.
    ///
    /// - Returns: whether all was written.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try? systemCall("write") {
                // SAFETY: the buffer is as long as the call is told.
                unsafe rest.withUnsafeBytes { unsafe Glibc.write(rawValue, $0.baseAddress, $0.count) }
            }
            guard let count else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
