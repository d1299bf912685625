package import Authentication
internal import Glibc

/// How long an account and its password are valid, from the fields of shadow(5) that saslauthd uses.
///
/// All are in days; dates are days since 1970-01-01 in UTC. -1 means that the field is empty.
package struct Validity: Hashable, Sendable {
    /// The day of the last password change; 0, as `chage -d 0` sets it, if the password must be changed at the next
    /// login.
    package let lastChange: Int
    /// How long the password is valid after its last change.
    package let maximum: Int
    /// The last day on which the account is valid.
    package let expiry: Int
    /// The days of grace after the password has expired; they do not count here.
    package let inactive: Int

    package init(lastChange: Int, maximum: Int, expiry: Int, inactive: Int = -1) {
        self.lastChange = lastChange
        self.maximum = maximum
        self.expiry = expiry
        self.inactive = inactive
    }

    /// Why account or password are not valid on the day `today`, the account first; `nil` when they are.
    package func refusal(on today: Int) -> Refusal? {
        if expiry != -1, today > expiry { return .accountExpired }
        guard lastChange != 0 else { return .passwordExpired }
        guard lastChange != -1, maximum != -1 else { return nil }
        let (lastDay, overflows) = lastChange.addingReportingOverflow(maximum)
        return !overflows && today > lastDay ? .passwordExpired : nil
    }

    /// Why the account is refused for `refusal`, for `--check`.
    package func words(for refusal: Refusal) -> String {
        switch refusal {
        case .accountExpired: "the account expired after \(Self.date(expiry)) (sp_expire)"
        case .passwordExpired where lastChange == 0: "the password must be changed at the next login (sp_lstchg is 0)"
        default:
            "the password expired after \(Self.date(lastChange &+ maximum)): changed on "
                + "\(Self.date(lastChange)), good for \(maximum) days (sp_max)"
        }
    }

    /// What the administrator can do about `refusal` of the account `name`, for `--check`.
    package func advice(for refusal: Refusal, _ name: ByteString) -> String {
        switch refusal {
        case .accountExpired: "extend the account: chage -E YYYY-MM-DD \(name)"
        case .passwordExpired where lastChange == 0: "a mail server cannot change the password: run passwd \(name)"
        default: "set a new password with passwd \(name), or extend it: chage -M DAYS \(name)"
        }
    }

    /// A day in ISO 8601, such as `2026-11-26`.
    private static func date(_ day: Int) -> String {
        var time = time_t(clamping: day.multipliedReportingOverflow(by: 86_400).partialValue)
        var parts = unsafe tm()
        // SAFETY: the call reads one of these variables and fills the other.
        guard unsafe gmtime_r(&time, &parts) != nil else { return "day \(day)" }
        func two(_ number: CInt) -> String { (number < 10 ? "0" : "") + "\(number)" }
        return unsafe "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    }

    package static var today: Int { time(nil) / 86_400 }
}
