package import Authentication
internal import Glibc
internal import Platform

/// A sasldb2 file to look passwords up in, which others change meanwhile.
///
/// The file stays open from one look-up to the next and is opened anew as soon as stat(2) tells of a change, so that a
/// change by any saslpasswd2 counts at once. Cyrus SASL writes in place and without locks: a file that changes while it
/// is read, or that does not hold together just after a change, is read again, for at most `patience` milliseconds.
/// Before anything is read from it the whole file is verified, which takes 7 ms for 10,000 users; a look-up after that,
/// a few microseconds.
package struct SASLDBReader: ~Copyable, Sendable {
    /// How long a look-up waits for a file to come to rest, in milliseconds.
    package static let patience = 100

    /// The file that libsasl2 has on Debian, and upstream.
    package static let defaultPath = "/etc/sasldb2"

    package let path: String
    private var kept: OpenFile?

    // Not private: an optimized build of another module then fails to link.
    struct OpenFile: ~Copyable, Sendable {
        let database: BerkeleyDatabase
        let state: FileStatus
        /// Whether a later change is certain to show in the file's state.
        let isTrusted: Bool
    }

    /// Opens nothing yet.
    package init(path: String) {
        self.path = path
    }

    /// Opens the file, so that look-ups need no further rights until it changes.
    package mutating func open() throws(SASLDBError) {
        var waiting = Waiting()
        repeat {
            try read(&waiting) { (_) throws(SASLDBError) in }
        } while kept?.isTrusted != true && waiting.pause()
    }

    /// The password of `user`, or `nil` when the file has none.
    ///
    /// - Parameter user: compared byte by byte.
    /// - Returns: the value as it is in the file, which may be empty.
    /// - Throws: when the file is not there, may not be read, is damaged or does not come to rest.
    package mutating func password(of user: SASLDBUser) throws(SASLDBError) -> Secret? {
        guard let key = SASLDBKey(user, .password).encoded else { return nil }
        var waiting = Waiting()
        var secret: Secret?
        repeat {
            try read(&waiting) { (database) throws(SASLDBError) in secret = try database.value(of: key) }
            // A key can be on its way from one page to another: only a file at rest says that there is none.
        } while secret == nil && kept?.isTrusted != true && waiting.pause()
        return secret
    }

    /// All keys, in the order of the file.
    ///
    /// - Returns: the keys, and how many others there were that cannot be taken apart.
    /// - Throws: as for a password.
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

    /// Calls `body` with the open file, again while the file changes under it.
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
        let before = try state()
        let file = try Self.file(at: path, in: before, keeping: kept.take())
        try body(file.database)
        guard try state() == before else { return false }
        kept = consume file
        return true
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

    /// Whether the failure may be that of a file which is just being written.
    private func isPassing(_ error: SASLDBError) -> Bool {
        switch error {
        case .damaged, .library, .wrongFormat: (try? FileStatus(of: path).isFresh(at: FileStatus.now)) ?? false
        default: false
        }
    }
}

/// Patience that comes to an end.
private struct Waiting {
    private var end: Instant?

    /// Sleeps two milliseconds; false, at once, when there is no patience left.
    mutating func pause() -> Bool {
        let now = Instant.now
        let end = self.end ?? now.advanced(milliseconds: SASLDBReader.patience)
        self.end = end
        guard now < end else { return false }
        usleep(2000)
        return true
    }
}
