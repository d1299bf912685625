package import Authentication
internal import Glibc
internal import Platform

/// Looks up passwords in a sasldb2 file that other programs may change meanwhile.
///
/// The file stays open between look-ups and is reopened when stat(2) shows a change, so that a change by any
/// saslpasswd2 takes effect at once. Cyrus SASL writes in place and without locks: a file that changes while it is
/// read, or is inconsistent just after a change, is read again, for at most `patience` milliseconds. The whole file is
/// verified after it is opened, which takes 7 ms for 10,000 users; a look-up takes a few microseconds.
package struct SASLDBReader: ~Copyable, Sendable {
    /// How long a look-up waits for a changing file, in milliseconds.
    package static let patience = 100

    /// libsasl2's default, on Debian and upstream.
    package static let defaultPath = "/etc/sasldb2"

    package let path: String
    private var kept: OpenFile?

    // Not private: otherwise an optimized build of another module fails to link.
    struct OpenFile: ~Copyable, Sendable {
        let database: BerkeleyDatabase
        let state: FileStatus
        /// Whether any later change will show in the file's status: its last change is older than the clock's
        /// resolution.
        let isTrusted: Bool
    }

    /// Does not open the file yet.
    package init(path: String) {
        self.path = path
    }

    /// Opens the file, so that look-ups need no rights to it until it changes.
    package mutating func open() throws(SASLDBError) {
        var waiting = Waiting()
        repeat {
            try read(&waiting) { (_) throws(SASLDBError) in }
        } while kept?.isTrusted != true && waiting.pause()
    }

    /// The password of `user`, or `nil` when the file has none.
    ///
    /// - Parameter user: compared byte by byte.
    /// - Returns: the stored value, which may be empty.
    /// - Throws: when the file is missing, unreadable, damaged or keeps changing.
    package mutating func password(of user: SASLDBUser) throws(SASLDBError) -> Secret? {
        guard let key = SASLDBKey(user, .password).encoded else { return nil }
        var waiting = Waiting()
        var secret: Secret?
        repeat {
            try read(&waiting) { (database) throws(SASLDBError) in secret = try database.value(of: key) }
            // A writer may be moving the key to another page: only a file that is not changing proves it missing.
        } while secret == nil && kept?.isTrusted != true && waiting.pause()
        return secret
    }

    /// All keys, in the order of the file.
    ///
    /// - Returns: the keys, and the number of others that could not be decoded.
    /// - Throws: as `password(of:)` does.
    package mutating func keys() throws(SASLDBError) -> (keys: [SASLDBKey], malformed: Int) {
        var waiting = Waiting()
        var keys: [SASLDBKey] = []
        var malformed = 0
        try read(&waiting) { (database) throws(SASLDBError) in
            keys = []
            malformed = 0
            try database.forEachKey { bytes in
                if let key = SASLDBKey(encoded: bytes) { keys.append(key) } else { malformed += 1 }
            }
        }
        return (keys, malformed)
    }

    /// Calls `body` with the open file, and repeats that while the file changes meanwhile.
    private mutating func read(
        _ waiting: inout Waiting,
        _ body: (borrowing BerkeleyDatabase) throws(SASLDBError) -> Void
    ) throws(SASLDBError) {
        while true {
            do {
                if try readOnce(body) { return }
            } catch {
                guard isPassing(error), waiting.pause() else { throw error }
                continue
            }
            guard waiting.pause() else { throw .changing(path: path) }
        }
    }

    /// Calls `body` with the open file; false when the file changed meanwhile.
    private mutating func readOnce(
        _ body: (borrowing BerkeleyDatabase) throws(SASLDBError) -> Void
    ) throws(SASLDBError) -> Bool {
        if try readKept(body) { return true }
        let before = try state()
        let file = try Self.file(at: path, in: before, keeping: kept.take())
        try body(file.database)
        guard try state() == before else { return false }
        kept = consume file
        return true
    }

    /// Calls `body` with the file that is open already; false if there is none, or if it is not that of now.
    ///
    /// One look at the file, afterwards, is enough: a trusted file whose status is the same has not changed since it was
    /// opened. What `body` makes of a file that has changed, an error too, does not count.
    private mutating func readKept(
        _ body: (borrowing BerkeleyDatabase) throws(SASLDBError) -> Void
    ) throws(SASLDBError) -> Bool {
        switch kept.take() {
        case .some(let file) where file.isTrusted:
            do throws(SASLDBError) {
                try body(file.database)
            } catch {
                return false
            }
            guard try state() == file.state else { return false }
            kept = consume file
            return true
        case .some(let file):
            kept = consume file
            return false
        case nil: return false
        }
    }

    private func state() throws(SASLDBError) -> FileStatus {
        do { return try FileStatus(of: path) } catch { throw SASLDBError(error, path: path) }
    }

    private static func file(
        at path: String,
        in state: FileStatus,
        keeping kept: consuming OpenFile?
    ) throws(SASLDBError) -> OpenFile {
        switch consume kept {
        case .some(let file) where file.isTrusted && file.state == state: return file
        default: break
        }
        let isTrusted = !state.isFresh(at: FileStatus.now)
        try SASLDBFormat.check(path: path)
        try BerkeleyDatabase.verify(path: path)
        return OpenFile(
            database: try BerkeleyDatabase(path: path, for: .reading),
            state: state,
            isTrusted: isTrusted
        )
    }

    /// Whether the file is possibly just being written, and the error therefore temporary.
    private func isPassing(_ error: SASLDBError) -> Bool {
        switch error {
        case .damaged, .library, .wrongFormat: (try? FileStatus(of: path).isFresh(at: FileStatus.now)) ?? false
        default: false
        }
    }
}

/// The pauses of one look-up, which end after `SASLDBReader.patience`.
private struct Waiting {
    private var end: Instant?

    /// Sleeps for 2 ms and returns true; returns false at once when the time is over.
    mutating func pause() -> Bool {
        let now = Instant.now
        let end = self.end ?? now.advanced(milliseconds: SASLDBReader.patience)
        self.end = end
        guard now < end else { return false }
        usleep(2000)
        return true
    }
}
