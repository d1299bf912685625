extension ByteString {
    /// Whether there is no control character of ASCII among the bytes.
    ///
    /// Clients of Dovecot's protocol do not undo escape sequences in a login, so they cannot be given others.
    package var isPrintable: Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
