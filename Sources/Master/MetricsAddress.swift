/// What follows `--metrics`: where monitors fetch figures.
enum MetricsAddress: Hashable, Sendable {
    case internet(host: String, port: UInt16)
    /// The path of a UNIX socket.
    case socket(String)

    /// Reads `127.0.0.1:9717`, `[::1]:9717` or an absolute path; `nil` for anything else.
    ///
    /// Names of hosts are not looked up.
    init?(_ text: String) {
        if text.hasPrefix("/") {
            self = .socket(text)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard !host.isEmpty, isBracketed || !host.contains(":") else { return nil }
        self = .internet(host: String(isBracketed ? host.dropFirst().dropLast() : host), port: port)
    }
}
