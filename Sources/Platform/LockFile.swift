package import Glibc

/// A file that one process at a time holds, by a write lock of fcntl(2), which ends with the process.
///
/// The original locks the same files in the same way, so that one implementation sees the other.
package struct LockFile: ~Copyable, Sendable {
    package let path: String
    private let file: OwnedDescriptor

    /// Opens or creates the file and locks it; `EAGAIN` or `EACCES` when another process holds it.
    package init(_ path: String, mode: mode_t) throws(SystemError) {
        let file = try OwnedDescriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: mode)
        var lock = Self.wholeFile
        let number = file.rawValue
        // SAFETY: one variable for the structure that the call reads.
        try systemCall("lock", on: path) { unsafe fcntl(number, F_SETLK, &lock) }
        self.path = path
        self.file = file
    }

    /// Whether another process holds the lock of the file at `path`; `false` when there is no such file.
    package static func isHeld(_ path: String) throws(SystemError) -> Bool {
        try holder(of: path) != nil
    }

    /// The other process that holds the lock of the file at `path`, 0 when it cannot be seen from here; `nil` when there is none, or no
    /// such file.
    package static func holder(of path: String) throws(SystemError) -> pid_t? {
        let file: OwnedDescriptor
        do throws(SystemError) {
            file = try OwnedDescriptor.open(path, O_RDWR | O_NOFOLLOW)
        } catch {
            guard error.number == ENOENT else { throw error }
            return nil
        }
        var lock = wholeFile
        let number = file.rawValue
        // SAFETY: one variable for the structure that the call reads and fills.
        try systemCall("lock", on: path) { unsafe fcntl(number, F_GETLK, &lock) }
        return lock.l_type == Int16(F_UNLCK) ? nil : max(0, lock.l_pid)
    }

    private static var wholeFile: flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        return lock
    }

    /// Replaces what the file holds.
    package func write(_ text: String) throws(SystemError) {
        try systemCall("ftruncate", on: path) { ftruncate(file.rawValue, 0) }
        try file.writeAll(Array(text.utf8).span)
    }
}
