package import Glibc
internal import Synchronization

/// A lock file that one process at a time holds; a write lock of fcntl(2).
///
/// It shows which process is running: the lock belongs to the process, is released when the process exits, and other
/// processes can query its holder. Cyrus saslauthd locks the same files in the same way, so that each implementation
/// sees the other. `LockedFile` is for files whose content several programs change; it uses flock(2), which is
/// independent of these locks.
///
/// A lock of fcntl(2) is released by *any* close of the file in its process, through any descriptor. So this type never
/// opens a file that the process has locked, and no other code may, not even to read it.
package struct ProcessLock: ~Copyable, Sendable {
    /// A file by device and inode.
    private struct Identity: Hashable, Sendable {
        let device: dev_t
        let inode: ino_t

        init(_ state: FileStatus) {
            device = state.device
            inode = state.inode
        }
    }

    /// The files that this process has locked.
    private static let held = Mutex<Set<Identity>>([])

    package let path: String
    private let file: OwnedDescriptor
    private let state: FileStatus

    /// Opens or creates the file and locks it; `EAGAIN` or `EACCES` if another process, or this one, has locked it.
    ///
    /// Afterwards `path` names the locked file: a file that was removed between the two steps is not used.
    package init(_ path: String, mode: mode_t) throws(SystemError) {
        self = try Self.locked(path, mode: mode, afterOpening: {})
    }

    /// The same; `afterOpening` is a hook for tests between the two steps.
    static func locked(_ path: String, mode: mode_t, afterOpening: () -> Void) throws(SystemError) -> ProcessLock {
        while true {
            guard !isHeldHere(path) else { throw SystemError("lock", on: path, number: EAGAIN) }
            let file = try OwnedDescriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: mode)
            afterOpening()
            var lock = wholeFile
            let number = file.rawValue
            // SAFETY: the call reads this one structure.
            try systemCall("lock", on: path) { unsafe fcntl(number, F_SETLK, &lock) }
            let state = try FileStatus(of: file)
            guard let named = try? FileStatus(ofName: path), named.isSameFile(as: state) else { continue }
            return ProcessLock(path, file, state)
        }
    }

    private init(_ path: String, _ file: consuming OwnedDescriptor, _ state: FileStatus) {
        self.path = path
        self.file = file
        self.state = state
        _ = Self.held.withLock { $0.insert(Identity(state)) }
    }

    deinit {
        _ = Self.held.withLock { $0.remove(Identity(state)) }
    }

    /// Removes `path` if it still names this file.
    package func removeFile() throws(SystemError) {
        try Directory.removeFile(path, ifStill: state)
    }

    /// Whether this process has locked the file at `path`.
    private static func isHeldHere(_ path: String) -> Bool {
        guard let state = try? FileStatus(ofName: path) else { return false }
        return held.withLock { $0.contains(Identity(state)) }
    }

    /// Whether another process has locked the file at `path`; `false` if the file does not exist or this process has
    /// locked it.
    package static func isHeld(_ path: String) throws(SystemError) -> Bool {
        try holder(of: path) != nil
    }

    /// The other process that has locked the file at `path`; 0 if it is not visible here, `nil` if no other process has
    /// locked it.
    package static func holder(of path: String) throws(SystemError) -> pid_t? {
        guard !isHeldHere(path) else { return nil }
        let file: OwnedDescriptor
        do throws(SystemError) {
            file = try OwnedDescriptor.open(path, O_RDWR | O_NOFOLLOW)
        } catch {
            guard error.number == ENOENT else { throw error }
            return nil
        }
        var lock = wholeFile
        let number = file.rawValue
        // SAFETY: the call reads and fills this one structure.
        try systemCall("lock", on: path) { unsafe fcntl(number, F_GETLK, &lock) }
        return lock.l_type == Int16(F_UNLCK) ? nil : max(0, lock.l_pid)
    }

    private static var wholeFile: flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        return lock
    }

    /// Replaces the content of the file.
    package func write(_ text: String) throws(SystemError) {
        try systemCall("ftruncate", on: path) { ftruncate(file.rawValue, 0) }
        try file.writeAll(Array(text.utf8).span)
    }
}
