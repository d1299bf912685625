internal import Authentication

/// Which services a client may name.
///
/// Linux-PAM makes the name of a file of it, pam.d(5), and looks at nothing before a slash.
enum PAMServiceName {
    /// Whether `service` is left to Linux-PAM: no slash, no two dots in a row, no control character.
    ///
    /// The empty name is: it leads to the service `other`.
    static func isAllowed(_ service: ByteString) -> Bool {
        let dot = UInt8(ascii: ".")
        let bytes = service.bytes
        guard !zip(bytes, bytes.dropFirst()).contains(where: { $0 == dot && $1 == dot }) else { return false }
        return bytes.allSatisfy { $0 != UInt8(ascii: "/") && $0 >= 0x20 && $0 != 0x7F }
    }
}
