internal import Authentication

/// A row of the result: a hash, a status and the name of the account.
struct MySQLRow: ~Copyable {
    /// `nil` for NULL.
    let hash: Secret?
    /// Whether the hash is too long, and was cut.
    let isTruncated: Bool
    let status: AccountStatus
    /// The login as the table spells it; `nil` when the query has no such column, and for NULL.
    let account: ByteString?
}

/// The status column, with pam_mysql's bits.
enum AccountStatus: Hashable, Sendable {
    case bits(UInt64)
    /// NULL.
    case missing
    /// Not a number, so that its meaning is unknown.
    case unreadable(column: ByteString)

    /// The status of a usable account.
    static let good = AccountStatus.bits(0)

    /// Reads the column named `column`: an optional sign, digits, and zeros after a point; or the bytes of a BIT.
    ///
    /// Nothing else is accepted, not even the empty text: the database's own conversion would turn `disabled` into 0,
    /// the status of a usable account.
    init(_ text: Span<UInt8>, isBits: Bool, column: ByteString) {
        let number = isBits ? Self.number(bits: text) : Self.number(text)
        self = number.map { .bits($0) } ?? .unreadable(column: column)
    }

    private static func number(bits: Span<UInt8>) -> UInt64? {
        guard !bits.isEmpty, bits.count <= 8 else { return nil }
        var number: UInt64 = 0
        for index in bits.indices { number = number << 8 | UInt64(bits[index]) }
        return number
    }

    private static func number(_ text: Span<UInt8>) -> UInt64? {
        var digits = text
        var isNegative = false
        if !text.isEmpty, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            digits = text.extracting(1...)
        }
        var number: UInt64 = 0
        var length = 0
        while length < digits.count, digits[length] != UInt8(ascii: ".") {
            guard let digit = value(ofDigit: digits[length]) else { return nil }
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isOver) = product.addingReportingOverflow(UInt64(digit))
            guard !isTooLarge, !isOver else { return nil }
            number = sum
            length += 1
        }
        guard length > 0 else { return nil }
        for index in digits.indices.dropFirst(length + 1) where digits[index] != UInt8(ascii: "0") { return nil }
        guard isNegative else { return number }
        return number <= UInt64(Int64.max) ? 0 &- number : nil
    }

    private static func value(ofDigit byte: UInt8) -> UInt8? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? byte - UInt8(ascii: "0") : nil
    }
}
