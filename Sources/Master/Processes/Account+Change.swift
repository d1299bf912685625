internal import Glibc
internal import Platform

extension Account {
    /// What it takes to run processes under another account: to become it, to give it a socket, and to end its processes.
    private static let neededToChange: [Capability] = [.chown, .kill, .setGroup, .setUser]

    /// Why this process, which is root, can run none under the account; `nil` when it can.
    var obstacle: String? {
        let missing = Self.neededToChange.filter { !$0.isHeld }
        guard missing.isEmpty else {
            return missing.map(\.name).joined(separator: ", ") + (missing.count > 1 ? " are missing" : " is missing")
        }
        guard Self.isMapped(uid, in: "uid_map"), groups.allSatisfy({ Self.isMapped($0, in: "gid_map") }) else {
            return "this user namespace has no account \(name)"
        }
        return Self.lines("setgroups").first == "deny" ? "this user namespace allows no change of groups" : nil
    }

    /// Whether the user namespace of this process has an account or a group, user_namespaces(7).
    private static func isMapped(_ number: UInt32, in file: String) -> Bool {
        let ranges = lines(file).map { $0.split(separator: " ").compactMap { UInt64($0) } }
        // A kernel without user namespaces has no such file.
        return ranges.isEmpty || ranges.contains { $0.count == 3 && $0[0] <= number && UInt64(number) - $0[0] < $0[2] }
    }

    private static func lines(_ file: String) -> [Substring] {
        guard let bytes = try? OwnedDescriptor.open("/proc/self/\(file)", O_RDONLY).readAll(limit: 1 << 16) else {
            return []
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
