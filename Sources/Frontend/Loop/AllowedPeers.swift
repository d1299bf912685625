internal import Glibc

/// Which accounts of the system may ask; everyone who can reach the socket where none is named.
struct AllowedPeers: Sendable {
    private let users: Set<uid_t>
    private let groups: Set<gid_t>

    init(users: [UInt32], groups: [UInt32]) {
        self.users = Set(users)
        self.groups = Set(groups)
    }

    /// Whether anyone has to be looked at.
    var isNeeded: Bool { !users.isEmpty || !groups.isEmpty }

    /// Whether an account of these groups may ask; root may always.
    func admits(_ user: uid_t, groups others: @autoclosure () -> [gid_t]) -> Bool {
        !isNeeded || user == 0 || users.contains(user) || (!groups.isEmpty && !groups.isDisjoint(with: others()))
    }
}
