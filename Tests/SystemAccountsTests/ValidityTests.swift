import Authentication
import Testing

@testable import SystemAccounts

@Suite struct ValidityTests {
    static let today = 20_000

    @Test(arguments: [
        // The account: its last day, the day after, no date; 0 is a date.
        (Validity(lastChange: -1, maximum: -1, expiry: 20_000), nil),
        (Validity(lastChange: -1, maximum: -1, expiry: 19_999), Refusal.accountExpired),
        (Validity(lastChange: -1, maximum: -1, expiry: -1), nil),
        (Validity(lastChange: -1, maximum: -1, expiry: 0), .accountExpired),
        // The password: its last day, the day after, one of the two fields empty.
        (Validity(lastChange: 19_990, maximum: 10, expiry: -1), nil),
        (Validity(lastChange: 19_989, maximum: 10, expiry: -1), .passwordExpired),
        (Validity(lastChange: -1, maximum: 10, expiry: -1), nil),
        (Validity(lastChange: 10, maximum: -1, expiry: -1), nil),
        // To be changed at the next login: a date like any other.
        (Validity(lastChange: 0, maximum: 99_999, expiry: -1), nil),
        // Both: the account is told first. A sum that does not fit is no day that has passed.
        (Validity(lastChange: 1, maximum: 1, expiry: 1), .accountExpired),
        (Validity(lastChange: .max, maximum: 1, expiry: -1), nil),
    ])
    func `account and password are good to the end of their last day`(validity: Validity, refusal: Refusal?) {
        #expect(validity.refusal(on: Self.today) == refusal)
    }
}
