extension Secret {
    /// Whether `text` contains the secret, with ASCII letters in either case; an empty secret is in no text.
    package func isContained(in text: [UInt8]) -> Bool {
        text.span.firstIndex(of: span, ignoringASCIICase: true) != nil
    }
}
