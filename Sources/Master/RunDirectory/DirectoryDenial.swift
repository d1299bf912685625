internal import Glibc
internal import Platform

/// Explains why a run directory is not writable: its owner and mode, and the account that tried.
enum DirectoryDenial {
    /// Lines that replace `error`; `nil` for other kinds of errors.
    ///
    /// `option` is the one that names the directory.
    static func lines(_ path: String, _ error: SystemError, option: String = "-m") -> [String]? {
        switch error.number {
        case EROFS:
            return [
                "\(path) is on a read-only file system",
                "Use another directory with \(option), or make it writable in the unit (ReadWritePaths= or RuntimeDirectory=).",
            ]
        case EACCES, EPERM:
            guard let place = refusing(path, error.subject), let status = try? FileStatus(of: place) else { return nil }
            let isOverriding = Capability.overrideAccess.isHeld
            return lines(path, place, status, uid: geteuid(), isOverriding: isOverriding, option: option)
        default: return nil
        }
    }

    /// The same for the component `place` of `path`, and the account `uid`.
    static func lines(
        _ path: String,
        _ place: String,
        _ status: FileStatus,
        uid: uid_t,
        isOverriding: Bool,
        option: String = "-m"
    ) -> [String] {
        let owner = Account.name(of: status.owner)
        let mode = "0" + String(status.permissions, radix: 8)
        let account = Account.name(of: uid) + (uid == 0 && !isOverriding ? ", without CAP_DAC_OVERRIDE," : "")
        let verb = place.utf8.count >= path.utf8.count ? "write to" : "enter"
        let isFile = status.kind != .directory
        return [
            "\(place) belongs to \(owner):\(Group.name(of: status.group)) with mode \(mode), and account \(account) may not \(verb) it",
            isFile
                ? "Remove it if no other saslauthd is running, run saslauthd as its owner, or use another directory with \(option)."
                : "Start saslauthd as root, make \(Account.name(of: uid)) the owner (RuntimeDirectory= in a unit), or use another directory with \(option).",
        ]
    }

    /// What denies access: the first component of `path` that cannot be entered, the directory itself, or the file
    /// `subject` in it.
    private static func refusing(_ path: String, _ subject: String) -> String? {
        let ends = path.indices.filter { path[$0] == "/" && $0 != path.startIndex }
        if let place = ends.map({ String(path[..<$0]) }).first(where: { !FileAccess.mayEnter($0) }) { return place }
        return FileAccess.mayEnter(path) && FileAccess.mayWrite(to: path) ? subject : path
    }
}
