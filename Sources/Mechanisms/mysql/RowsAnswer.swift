internal import Authentication
internal import MechanismKit

/// What the rows of one login come to, looked at one after the other.
struct RowsAnswer {
    /// Whether a hash was computed, or as much time was spent.
    var hasComputed = false
    private var count = 0
    /// `nil` while no hash has matched.
    private var verdict: Verdict?
    /// A column whose status is no number, which makes the account one that may not be used.
    private(set) var unreadable: ByteString?
    private var names: Set<ByteString> = []
    private var acceptedName: ByteString?

    var isAccepted: Bool { verdict == .accepted }

    /// Counts a row and its status, whether the password is its or not: the answer is not to say which.
    mutating func saw(_ row: borrowing MySQLRow) {
        count += 1
        if case .unreadable(let column) = row.status { unreadable = column }
        if let account = row.account { names.insert(account) }
    }

    /// Takes up that the password is that of `row`.
    mutating func matched(_ row: borrowing MySQLRow) {
        guard !isAccepted else { return }
        verdict = row.status.verdict
        if isAccepted { acceptedName = row.account }
    }

    /// What is answered; `wantsOneRow` where a user has one row, as pam_mysql wants it.
    func decision(wantsOneRow: Bool) -> Decision {
        // Rows of several accounts name none that a refusal could count against.
        let account = acceptedName ?? (names.count == 1 ? names.first : nil)
        guard unreadable == nil else { return Decision(.refused(.notPermitted), account: account) }
        guard !wantsOneRow || count <= 1 else { return Decision(.refused(.wrongPassword), account: account) }
        return Decision(verdict ?? .refused(count == 0 ? .unknownUser : .wrongPassword), account: account)
    }
}

extension AccountStatus {
    /// What it comes to when the password is right.
    fileprivate var verdict: Verdict {
        switch self {
        case .bits(let bits) where bits & 1 == 0: bits & 2 == 0 ? .accepted : .refused(.passwordExpired)
        case .bits, .missing: .refused(.accountExpired)
        case .unreadable: .refused(.notPermitted)
        }
    }
}
