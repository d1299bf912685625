package import Glibc

/// A file that no other owner of a lock changes meanwhile; flock(2), exclusive, given back at the owner's end.
///
/// The lock belongs to the open file, not to the process: to open and close the file a second time does no harm, and a second lock in the
/// same process waits for the first. `ProcessLock` is for files that say which process is running: it locks with fcntl(2), which knows
/// nothing of the locks here.
package struct LockedFile: ~Copyable, Sendable {
    package let descriptor: OwnedDescriptor
    package let path: String
    /// Whether there was no file before.
    package let isNew: Bool

    /// Opens the file at `path` for reading and writing and waits for its lock.
    ///
    /// A file that is put in the place of the locked one while this waits is locked instead.
    ///
    /// - Parameters:
    ///   - path: no symbolic link.
    ///   - creationMode: what the umask is taken from when there is no file; `nil`: one must exist.
    ///   - milliseconds: how long to wait.
    /// - Throws: `EWOULDBLOCK` of flock when another kept the lock for that long.
    package init(opening path: String, creationMode: mode_t?, milliseconds: Int) throws(SystemError) {
        let end = Instant.now.advanced(milliseconds: milliseconds)
        while true {
            var isNew = false
            let descriptor = try Self.open(path, creationMode: creationMode, isNew: &isNew)
            try Self.lock(descriptor, at: path, until: end)
            if try Self.state(of: path)?.isSameFile(as: FileStatus(of: descriptor)) == true {
                self.descriptor = descriptor
                self.path = path
                self.isNew = isNew
                return
            }
        }
    }

    private static func open(
        _ path: String,
        creationMode: mode_t?,
        isNew: inout Bool
    ) throws(SystemError) -> OwnedDescriptor {
        // Not blocking, so that a device does not hold it up.
        let flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        while true {
            do {
                isNew = false
                return try OwnedDescriptor.open(path, flags)
            } catch {
                guard error.number == ENOENT, creationMode != nil else { throw error }
            }
            do {
                isNew = true
                return try OwnedDescriptor.open(path, flags | O_CREAT | O_EXCL, mode: creationMode ?? 0)
            } catch {
                // Another made it since.
                guard error.number == EEXIST else { throw error }
            }
        }
    }

    private static func lock(
        _ descriptor: borrowing OwnedDescriptor,
        at path: String,
        until end: Instant
    ) throws(SystemError) {
        let number = descriptor.rawValue
        while true {
            do {
                try systemCall("flock", on: path) { flock(number, LOCK_EX | LOCK_NB) }
                return
            } catch {
                guard error.number == EWOULDBLOCK, Instant.now < end else { throw error }
                usleep(5000)
            }
        }
    }

    private static func state(of path: String) throws(SystemError) -> FileStatus? {
        do { return try FileStatus(of: path) } catch {
            guard error.number == ENOENT else { throw error }
            return nil
        }
    }
}
