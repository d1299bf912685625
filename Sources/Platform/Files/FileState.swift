package import Glibc

/// What stat(2) says about a file, as far as it tells one file and one content from another.
package struct FileState: Hashable, Sendable {
    package let device: dev_t
    package let inode: ino_t
    package let size: Int
    package let mode: mode_t
    package let links: nlink_t
    package let owner: uid_t
    package let group: gid_t
    /// Nanoseconds since 1970, of the last change of content and of the last change of anything.
    package let modified: Int64
    package let changed: Int64

    /// Looks at what `path` leads to, stat(2).
    package init(of path: String) throws(SystemError) {
        var record = stat()
        // SAFETY: one variable for the one value that the call fills.
        try systemCall("stat", on: path) { unsafe stat(path, &record) }
        self.init(record)
    }

    /// Looks at what has the name `path` itself, a symbolic link too; lstat(2).
    package init(ofName path: String) throws(SystemError) {
        var record = stat()
        // SAFETY: one variable for the one value that the call fills.
        try systemCall("lstat", on: path) { unsafe lstat(path, &record) }
        self.init(record)
    }

    /// Looks at an open file, fstat(2).
    package init(of descriptor: borrowing OwnedDescriptor) throws(SystemError) {
        try self.init(of: descriptor.rawValue)
    }

    /// Looks at the open file of this number, fstat(2).
    init(of number: CInt) throws(SystemError) {
        var record = stat()
        // SAFETY: one variable for the one value that the call fills.
        try systemCall("fstat") { unsafe fstat(number, &record) }
        self.init(record)
    }

    private init(_ record: stat) {
        device = record.st_dev
        inode = record.st_ino
        size = Int(record.st_size)
        mode = record.st_mode
        links = record.st_nlink
        owner = record.st_uid
        group = record.st_gid
        modified = Int64(record.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(record.st_mtim.tv_nsec)
        changed = Int64(record.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(record.st_ctim.tv_nsec)
    }

    package var isRegular: Bool { mode & S_IFMT == S_IFREG }
    package var isSocket: Bool { mode & S_IFMT == S_IFSOCK }
    package var isDirectory: Bool { mode & S_IFMT == S_IFDIR }
    package var isLink: Bool { mode & S_IFMT == S_IFLNK }

    /// Whether the two are of one and the same file, whatever is in it.
    package func isSameFile(as other: FileState) -> Bool {
        device == other.device && inode == other.inode
    }

    /// Whether the last change is so recent that another one need not have left a trace in the times.
    ///
    /// The kernel stamps files with a clock of up to 10 ms a tick; a file system without nanoseconds, with whole seconds.
    /// The time of change is judged, which nobody can set; one that lies ahead of the clock is not recent.
    ///
    /// - Parameter now: nanoseconds since 1970.
    /// - Returns: whether `now` is within twice a tick of the change.
    package func isFresh(at now: Int64) -> Bool {
        let granularity: Int64 = changed % 1_000_000_000 == 0 ? 2_000_000_000 : 20_000_000
        return (now &- changed).magnitude < granularity.magnitude
    }

    /// Nanoseconds since 1970 on the clock that files are stamped by, clock_gettime(2).
    package static var now: Int64 {
        var time = timespec()
        // SAFETY: one variable for the one value that the call fills.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
