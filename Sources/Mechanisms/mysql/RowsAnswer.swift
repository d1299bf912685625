internal import Authentication
internal import MechanismKit

/// Derives the decision from the rows of one login.
struct RowsAnswer {
    /// Whether a hash was computed, or the same time was spent.
    var hasComputed = false
    private var count = 0
    /// `nil` until a hash matches.
    private var verdict: Verdict?
    /// A column whose status is not a number, which makes the account unusable.
    private(set) var unreadable: ByteString?
    private var names: Set<ByteString> = []
    private var acceptedName: ByteString?

    var isAccepted: Bool { verdict == .accepted }

    /// Counts a row and its status, whether its password matches or not, so that the answer does not reveal which.
    mutating func saw(_ row: borrowing MySQLRow) {
        count += 1
        if case .unreadable(let column) = row.status { unreadable = column }
        if let account = row.account { names.insert(account) }
    }

    /// Records that the password matches `row`.
    mutating func matched(_ row: borrowing MySQLRow) {
        guard !isAccepted else { return }
        verdict = row.status.verdict
        if isAccepted { acceptedName = row.account }
    }

    /// The decision; `wantsOneRow` if a user must have a single row, as in pam_mysql.
    func decision(wantsOneRow: Bool) -> Decision {
        // A refusal counts for an account only if all rows have the same one.
        let account = acceptedName ?? (names.count == 1 ? names.first : nil)
        guard unreadable == nil else { return Decision(.refused(.notPermitted), account: account) }
        guard !wantsOneRow || count <= 1 else { return Decision(.refused(.wrongPassword), account: account) }
        return Decision(verdict ?? .refused(count == 0 ? .unknownUser : .wrongPassword), account: account)
    }
}

extension AccountStatus {
    /// The verdict when the password is right.
    fileprivate var verdict: Verdict {
        switch self {
        case .bits(let bits) where bits & 1 == 0: bits & 2 == 0 ? .accepted : .refused(.passwordExpired)
        case .bits, .missing: .refused(.accountExpired)
        case .unreadable: .refused(.notPermitted)
        }
    }
}
