package import Glibc

/// The metadata of a file, stat(2).
package struct FileStatus: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case regular, directory, link, socket, pipe, characterDevice, blockDevice
    }

    package let kind: Kind
    /// The permissions, twelve bits.
    package let permissions: mode_t
    package let owner: uid_t
    package let group: gid_t
    package let size: Int
    package let links: nlink_t
    package let device: dev_t
    package let inode: ino_t
    /// The time of the last change of the content, in nanoseconds since 1970.
    package let modified: Int64
    /// The time of the last change of any kind, in nanoseconds since 1970; it cannot be set.
    package let changed: Int64

    package init(
        kind: Kind,
        permissions: mode_t,
        owner: uid_t,
        group: gid_t,
        size: Int = 0,
        links: nlink_t = 1,
        device: dev_t = 0,
        inode: ino_t = 0,
        modified: Int64 = 0,
        changed: Int64 = 0
    ) {
        self.kind = kind
        self.permissions = permissions
        self.owner = owner
        self.group = group
        self.size = size
        self.links = links
        self.device = device
        self.inode = inode
        self.modified = modified
        self.changed = changed
    }

    /// The file at `path`, following symbolic links; stat(2).
    package init(of path: String) throws(SystemError) {
        var record = stat()
        // SAFETY: the path is a null-terminated string, and the call fills this one variable.
        try systemCall("stat", on: path) { unsafe stat(path, &record) }
        self.init(record)
    }

    /// The file at `path`, which may be a symbolic link itself; lstat(2).
    package init(ofName path: String) throws(SystemError) {
        var record = stat()
        // SAFETY: the path is a null-terminated string, and the call fills this one variable.
        try systemCall("lstat", on: path) { unsafe lstat(path, &record) }
        self.init(record)
    }

    /// An open file, fstat(2).
    package init(of descriptor: borrowing OwnedDescriptor) throws(SystemError) {
        try self.init(of: descriptor.rawValue)
    }

    /// An open file, by descriptor number; fstat(2).
    init(of number: CInt) throws(SystemError) {
        var record = stat()
        // SAFETY: the call fills this one variable.
        try systemCall("fstat") { unsafe fstat(number, &record) }
        self.init(record)
    }

    private init(_ record: stat) {
        self.init(
            kind: Kind(mode: record.st_mode),
            permissions: record.st_mode & 0o7777,
            owner: record.st_uid,
            group: record.st_gid,
            size: Int(record.st_size),
            links: record.st_nlink,
            device: record.st_dev,
            inode: record.st_ino,
            modified: Self.nanoseconds(record.st_mtim),
            changed: Self.nanoseconds(record.st_ctim)
        )
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// Whether both are the same file, whatever its content.
    package func isSameFile(as other: FileStatus) -> Bool {
        device == other.device && inode == other.inode
    }

    /// Whether the file changed so recently that a further change might not alter its times.
    ///
    /// The kernel stamps files with a clock of up to 10 ms resolution; file systems without nanoseconds have a
    /// resolution of one second. The check uses the change time, which cannot be set. A change time in the future is
    /// not fresh.
    ///
    /// - Parameter now: nanoseconds since 1970.
    /// - Returns: whether `now` is within two clock ticks of the change.
    package func isFresh(at now: Int64) -> Bool {
        let granularity: Int64 = changed % 1_000_000_000 == 0 ? 2_000_000_000 : 20_000_000
        return (now &- changed).magnitude < granularity.magnitude
    }

    /// The current time of the clock that stamps files, in nanoseconds since 1970; clock_gettime(2).
    package static var now: Int64 {
        var time = timespec()
        // SAFETY: the call fills this one variable.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return nanoseconds(time)
    }
}

extension FileStatus.Kind {
    fileprivate init(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFDIR: self = .directory
        case S_IFLNK: self = .link
        case S_IFSOCK: self = .socket
        case S_IFIFO: self = .pipe
        case S_IFCHR: self = .characterDevice
        case S_IFBLK: self = .blockDevice
        default: self = .regular
        }
    }
}
