package import Glibc

/// A file with an exclusive lock against changes by others; flock(2), released when its lifetime ends.
///
/// The lock belongs to the open file description, not to the process: opening and closing the file a second time is
/// harmless, and a second lock in the same process waits for the first. `ProcessLock` is for files that show which
/// process is running; it uses fcntl(2), which is independent of these locks.
package struct LockedFile: ~Copyable, Sendable {
    package let descriptor: OwnedDescriptor
    package let path: String
    /// Whether the file was created.
    package let isNew: Bool

    /// Opens the file at `path` for reading and writing and waits for its lock.
    ///
    /// If the file is replaced during the wait, the new file is locked instead.
    ///
    /// - Parameters:
    ///   - path: must not be a symbolic link.
    ///   - creationMode: the mode of a new file, less the umask; `nil`: the file must exist.
    ///   - milliseconds: how long to wait.
    /// - Throws: `EWOULDBLOCK` of flock if the lock was not released in that time.
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
        // Non-blocking, so that a device does not block it.
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
                // Another process has created it since.
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
