package import Authentication
internal import Glibc

/// How long an account and its password are good: the fields of shadow(5) that saslauthd looks at.
///
/// All are in days, counted from 1970-01-01 in UTC where they are dates, and -1 where the field is empty.
package struct Validity: Hashable, Sendable {
    /// When the password was changed; 0, by which login(1) asks for a new one, is a date like any other.
    package let lastChange: Int
    /// How long the password is good.
    package let maximum: Int
    /// The last day on which the account is good.
    package let expiry: Int

    package init(lastChange: Int, maximum: Int, expiry: Int) {
        self.lastChange = lastChange
        self.maximum = maximum
        self.expiry = expiry
    }

    /// Why account or password are not good on the day `today`, the account first; `nil` when they are.
    package func refusal(on today: Int) -> Refusal? {
        if expiry != -1, today > expiry { return .accountExpired }
        guard lastChange != -1, maximum != -1 else { return nil }
        let (lastDay, overflows) = lastChange.addingReportingOverflow(maximum)
        return !overflows && today > lastDay ? .passwordExpired : nil
    }

    package static var today: Int { time(nil) / 86_400 }
}
