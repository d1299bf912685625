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
        // To be changed at the next login, whatever the other fields say.
        (Validity(lastChange: 0, maximum: 99_999, expiry: -1), .passwordExpired),
        (Validity(lastChange: 0, maximum: -1, expiry: -1), .passwordExpired),
        (Validity(lastChange: 0, maximum: -1, expiry: 1), .accountExpired),
        // Both: the account is reported first. A sum that overflows is not in the past.
        (Validity(lastChange: 1, maximum: 1, expiry: 1), .accountExpired),
        (Validity(lastChange: .max, maximum: 1, expiry: -1), nil),
    ])
    func `account and password are valid to the end of their last day`(validity: Validity, refusal: Refusal?) {
        #expect(validity.refusal(on: Self.today) == refusal)
    }

    @Test func `a refusal says which date it is for`() {
        let validity = Validity(lastChange: 19_000, maximum: 30, expiry: 20_000)
        #expect(validity.words(for: .accountExpired).contains("2024-10-04"))
        #expect(
            validity.words(for: .passwordExpired)
                == "the password expired after 2022-02-07: changed on 2022-01-08, good for 30 days (sp_max)"
        )
        #expect(Validity(lastChange: 0, maximum: 1, expiry: -1).words(for: .passwordExpired).contains("sp_lstchg is 0"))
        #expect(validity.advice(for: .accountExpired, "alice") == "extend the account: chage -E YYYY-MM-DD alice")
        #expect(Validity(lastChange: .max, maximum: 1, expiry: .min).words(for: .accountExpired).contains("expired"))
    }
}
