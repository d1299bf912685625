package import Glibc

/// What stat(2) says about a file, as far as it decides on who may use it.
package struct FileStatus: Hashable, Sendable {
    package enum Kind: Sendable { case directory, socket, other }

    package let kind: Kind
    /// The nine bits of the permissions.
    package let permissions: mode_t
    package let owner: uid_t
    package let group: gid_t

    package init(kind: Kind, permissions: mode_t, owner: uid_t, group: gid_t) {
        self.kind = kind
        self.permissions = permissions
        self.owner = owner
        self.group = group
    }

    /// Looks at the file that `path` leads to, through symbolic links.
    package init(of path: String) throws(SystemError) {
        var status = stat()
        // SAFETY: the path is a terminated string, and there is one variable for the one value that the call fills.
        try systemCall("stat", on: path) { unsafe stat(path, &status) }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: kind = .directory
        case S_IFSOCK: kind = .socket
        default: kind = .other
        }
        permissions = status.st_mode & 0o777
        owner = status.st_uid
        group = status.st_gid
    }
}

/// What the process may do to files, by the kernel's own judgement.
package enum FileAccess {
    /// Whether the process may look up names in the directory `path`; access(2).
    package static func mayEnter(_ path: String) -> Bool {
        // SAFETY: the path is a terminated string for the length of the call.
        unsafe access(path, X_OK) == 0
    }

    /// Whether the process may write to the file or directory `path`; access(2).
    package static func mayWrite(to path: String) -> Bool {
        // SAFETY: the path is a terminated string for the length of the call.
        unsafe access(path, W_OK) == 0
    }

    /// The groups of the process.
    package static var ownGroups: Set<gid_t> {
        var groups = [gid_t](repeating: 0, count: 65536)
        // SAFETY: the array is as long as the call is told.
        let count = unsafe getgroups(CInt(groups.count), &groups)
        return Set(groups[..<Int(max(count, 0))]).union([getegid()])
    }

    /// The number of the group `name`, getgrnam_r(3), or that which `name` is in digits; `nil` when there is no such group.
    package static func number(ofGroup name: String) throws(SystemError) -> gid_t? {
        if let number = gid_t(name) { return number }
        var record = unsafe group()
        var found: UnsafeMutablePointer<group>?
        var buffer = [CChar](repeating: 0, count: 65536)
        // SAFETY: the buffer is as long as the call is told, and outlives the use of `record` below.
        let status = unsafe getgrnam_r(name, &record, &buffer, buffer.count, &found)
        guard status == 0 else { throw SystemError("getgrnam", on: name, number: status) }
        return unsafe found == nil ? nil : record.gr_gid
    }

    /// The name of a group, or its number where it has none; getgrgid_r(3).
    package static func name(ofGroup gid: gid_t) -> String {
        var record = unsafe group()
        var found: UnsafeMutablePointer<group>?
        var buffer = [CChar](repeating: 0, count: 65536)
        // SAFETY: the buffer is as long as the call is told, and outlives the use of `record` below.
        let status = unsafe getgrgid_r(gid, &record, &buffer, buffer.count, &found)
        guard status == 0, unsafe found != nil else { return String(gid) }
        return unsafe String(cString: record.gr_name)
    }
}
