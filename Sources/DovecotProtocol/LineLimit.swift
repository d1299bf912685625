/// The limits on a client's line.
package enum LineLimit {
    /// The maximum length with the line break, in bytes; that of Dovecot.
    package static let line = 16_384
    /// How many bytes of a longer line are skipped before the connection is closed.
    package static let skipped = 1 << 20
    /// The beginning of a longer line, in bytes, that is searched for command and identifier.
    static let head = 32
}
