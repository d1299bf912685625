internal import Authentication

/// Why an exchange fails, and for whom.
struct ExchangeError: Error {
    let failure: SASLFailure
    let login: ByteString?

    init(_ failure: SASLFailure, login: ByteString? = nil) {
        self.failure = failure
        self.login = login
    }
}

extension ByteString {
    /// Takes a login, which must not be empty or have control characters.
    static func login(_ bytes: Span<UInt8>) throws(ExchangeError) -> ByteString {
        guard !bytes.isEmpty else { throw ExchangeError(.emptyLogin) }
        let login = ByteString(copying: bytes)
        guard login.isPrintable else { throw ExchangeError(.unprintableLogin) }
        return login
    }
}

extension Span where Element == UInt8 {
    func firstIndex(of byte: UInt8) -> Int? {
        for index in indices where self[index] == byte { return index }
        return nil
    }

    func lastIndex(of byte: UInt8) -> Int? {
        for index in indices.reversed() where self[index] == byte { return index }
        return nil
    }

    func equals(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }
}
