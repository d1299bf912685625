internal import Glibc
internal import Platform

/// Says why a run directory cannot be written to: whose it is, and who has tried.
enum DirectoryDenial {
    /// Lines in the place of `error`; `nil` where it is of another kind.
    static func lines(_ path: String, _ error: SystemError) -> [String]? {
        switch error.number {
        case EROFS:
            return [
                "\(path) is on a file system that is read-only for saslauthd",
                "Name another directory with -m, or let the service write there (ReadWritePaths= or RuntimeDirectory= of a unit).",
            ]
        case EACCES, EPERM:
            guard let place = refusing(path, error.subject), let status = try? FileStatus(of: place) else { return nil }
            return lines(path, place, status, uid: geteuid(), isOverriding: Capability.overrideAccess.isHeld)
        default: return nil
        }
    }

    /// The same, of the directory `place` on the way to `path`, for the account `uid`.
    static func lines(
        _ path: String,
        _ place: String,
        _ status: FileStatus,
        uid: uid_t,
        isOverriding: Bool
    ) -> [String] {
        let owner = Account.name(of: status.owner)
        let mode = "0" + String(status.permissions, radix: 8)
        let account = Account.name(of: uid) + (uid == 0 && !isOverriding ? ", without CAP_DAC_OVERRIDE," : "")
        let verb = place.utf8.count >= path.utf8.count ? "write to" : "enter"
        let isFile = status.kind != .directory
        return [
            "\(place) belongs to \(owner):\(Group.name(of: status.group)) with mode \(mode), and account \(account) may not \(verb) it",
            isFile
                ? "Remove it if no other saslauthd is running, start this one under the account that made it, or name another directory with -m."
                : "Start saslauthd as root, make the directory \(Account.name(of: uid))'s (in a unit: RuntimeDirectory=), or name another with -m.",
        ]
    }

    /// What refuses this process: the first directory on the way to `path`, that directory, or the file `subject` in it.
    private static func refusing(_ path: String, _ subject: String) -> String? {
        let ends = path.indices.filter { path[$0] == "/" && $0 != path.startIndex }
        if let place = ends.map({ String(path[..<$0]) }).first(where: { !FileAccess.mayEnter($0) }) { return place }
        return FileAccess.mayEnter(path) && FileAccess.mayWrite(to: path) ? subject : path
    }
}
