internal import Glibc

/// The system accounts that may send requests; without any, everyone who can reach the socket.
struct AllowedPeers: Sendable {
    private let users: Set<uid_t>
    private let groups: Set<gid_t>

    init(users: [UInt32], groups: [UInt32]) {
        self.users = Set(users)
        self.groups = Set(groups)
    }

    /// Whether peers must be checked.
    var isNeeded: Bool { !users.isEmpty || !groups.isEmpty }

    /// Whether an account with these groups may send requests; root always may.
    func admits(_ user: uid_t, groups others: @autoclosure () -> [gid_t]) -> Bool {
        !isNeeded || user == 0 || users.contains(user) || (!groups.isEmpty && !groups.isDisjoint(with: others()))
    }
}
