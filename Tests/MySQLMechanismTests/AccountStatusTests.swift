import Authentication
import Testing

@testable import saslauthd_mysql

@Suite struct AccountStatusTests {
    private func status(_ text: String, isBits: Bool = false) -> AccountStatus {
        AccountStatus(Array(text.utf8).span, isBits: isBits, column: "st")
    }

    @Test(
        arguments: [
            ("0", 0), ("1", 1), ("3", 3), ("+2", 2), ("-1", .max), ("0.00", 0), ("2.0", 2), ("007", 7), ("0.", 0),
            ("18446744073709551615", .max),
        ] as [(String, UInt64)]
    )
    func `a number is read, whatever type the column has`(text: String, number: UInt64) {
        #expect(status(text) == .bits(number))
    }

    @Test(arguments: [
        "", "disabled", "active", "N", "0x0", "0 ", " 0", "0a", "0.5", ".0", "-", "+", "--1", "1e0", "0\n", "0.0.0",
        "18446744073709551616", "-9223372036854775808", "٠",
    ])
    func `a text that is not a number is no status`(text: String) {
        #expect(status(text) == .unreadable(column: "st"))
    }

    @Test func `the bytes of a BIT are a number`() {
        #expect(status("\0", isBits: true) == .bits(0))
        #expect(status("\u{1}", isBits: true) == .bits(1))
        #expect(status("\u{1}\u{2}", isBits: true) == .bits(258))
        #expect(status("", isBits: true) == .unreadable(column: "st"))
        #expect(status("123456789", isBits: true) == .unreadable(column: "st"))
    }
}
