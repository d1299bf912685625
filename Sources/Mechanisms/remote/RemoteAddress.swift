internal import Authentication

/// The address of a client as its server has named it, where it looks like one.
struct RemoteAddress: Hashable, Sendable {
    let host: String
    let port: UInt16?

    /// Reads `host;port`; `nil` when the host is no address: anyone can write anything there.
    init?(_ remote: ByteString) {
        let parts = String(decoding: remote.bytes, as: UTF8.self).split(
            separator: ";",
            omittingEmptySubsequences: false
        )
        guard let first = parts.first, (2...45).contains(first.utf8.count),
            first.contains(where: { ".:".contains($0) }),
            first.allSatisfy({ $0.isASCII && ($0.isHexDigit || $0 == "." || $0 == ":") })
        else { return nil }
        host = String(first)
        port = parts.count == 2 ? UInt16(parts[1]) : nil
    }
}
