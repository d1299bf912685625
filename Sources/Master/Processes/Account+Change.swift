internal import Glibc
internal import Platform

extension Account {
    /// The capabilities for running processes under another account: switching to it, giving it a socket, and killing
    /// its processes.
    private static let neededToChange: [Capability] = [.chown, .kill, .setGroup, .setUser]

    /// Why this root process cannot run processes under the account; `nil` if it can.
    var obstacle: String? {
        let missing = Self.neededToChange.filter { !$0.isHeld }
        guard missing.isEmpty else {
            return missing.map(\.name).joined(separator: ", ") + (missing.count > 1 ? " are missing" : " is missing")
        }
        guard Self.isMapped(uid, in: "uid_map"), groups.allSatisfy({ Self.isMapped($0, in: "gid_map") }) else {
            return "account \(name) is not mapped into this user namespace"
        }
        return Self.lines("setgroups").first == "deny" ? "this user namespace does not allow setgroups" : nil
    }

    /// Whether an account or a group is mapped into the process's user namespace, user_namespaces(7).
    private static func isMapped(_ number: UInt32, in file: String) -> Bool {
        let ranges = lines(file).map { $0.split(separator: " ").compactMap { UInt64($0) } }
        // The file does not exist in kernels without user namespaces.
        return ranges.isEmpty || ranges.contains { $0.count == 3 && $0[0] <= number && UInt64(number) - $0[0] < $0[2] }
    }

    private static func lines(_ file: String) -> [Substring] {
        guard let bytes = try? OwnedDescriptor.open("/proc/self/\(file)", O_RDONLY).readAll(limit: 1 << 16) else {
            return []
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
