internal import Authentication
internal import CBerkeleyDB
internal import Glibc
internal import Platform

/// An open Berkeley DB hash, closed in `deinit`.
///
/// Opened without environment, locks or transactions, as Cyrus SASL does: a writer must exclude others. The file is not
/// mapped into memory, so that a file that shrinks meanwhile gives an error instead of killing the process.
///
/// Safe: the handle is made and closed here and never given out.
@safe
struct BerkeleyDatabase: ~Copyable, @unchecked Sendable {
    enum Use {
        case reading
        /// Also makes an empty file a database.
        case writing
    }

    private let handle: UnsafeMutablePointer<DB>
    /// The path that errors name.
    private let subject: String

    /// Opens the file at `path`, DB->open.
    ///
    /// - Parameters:
    ///   - path: an existing file.
    ///   - use: whether it will be changed.
    ///   - cache: the size of the page cache in bytes; 0: libdb's default, 256 KiB.
    ///   - subject: the path that errors name; default: `path`.
    /// - Throws: libdb's error; nothing remains open then.
    init(path: String, for use: Use, cache: Int = 0, subject: String? = nil) throws(SASLDBError) {
        let subject = subject ?? path
        let handle = try unsafe Self.create(subject)
        if cache > 0 { _ = unsafe cberkeleydb_set_cache(handle, UInt32(clamping: cache)) }
        let flags = UInt32(bitPattern: DB_NOMMAP | (use == .reading ? DB_RDONLY : DB_CREATE))
        // SAFETY: the handle is new; the path is a terminated string for the length of the call.
        let status = unsafe cberkeleydb_open(handle, path, flags)
        guard status == 0 else {
            _ = unsafe cberkeleydb_close(handle)
            throw Self.error(status, "open", subject)
        }
        unsafe self.handle = handle
        self.subject = subject
    }

    deinit {
        // SAFETY: `self` is the sole owner, and nothing borrows it now.
        _ = unsafe cberkeleydb_close(handle)
    }

    /// Writes everything to the disk, DB->sync.
    func flush() throws(SASLDBError) {
        let status = unsafe cberkeleydb_sync(handle)
        guard status == 0 else { throw Self.error(status, "write", subject) }
    }

    /// Checks the consistency of all pages of the file at `path`, DB->verify; 5 ms for 10,000 users.
    static func verify(path: String, subject: String? = nil) throws(SASLDBError) {
        let subject = subject ?? path
        let handle = try unsafe create(subject)
        // SAFETY: the handle is new, and the call frees it, whatever it returns.
        let status = unsafe cberkeleydb_verify(handle, path)
        guard status == 0 else { throw error(status, "verify", subject) }
    }

    private static func create(_ subject: String) throws(SASLDBError) -> UnsafeMutablePointer<DB> {
        var status: CInt = 0
        // SAFETY: the call writes one value, to this variable.
        guard let handle = unsafe cberkeleydb_create(&status) else { throw error(status, "open", subject) }
        return unsafe handle
    }

    private static func error(_ status: CInt, _ operation: String, _ path: String) -> SASLDBError {
        switch status {
        case DB_VERIFY_BAD, DB_PAGE_NOTFOUND, DB_RUNRECOVERY, EINVAL, EIO: .damaged(path: path)
        case 1...: SASLDBError(SystemError(operation, on: path, number: status), path: path)
        // SAFETY: for negative numbers db_strerror returns a terminated constant string.
        default: .library(operation: operation, path: path, reason: unsafe String(cString: db_strerror(status)))
        }
    }
}

extension BerkeleyDatabase {
    /// The largest value that is read, in bytes; a client cannot send a longer password.
    static let maximumValueLength = 65536

    /// The value of `key`, or `nil` when there is none.
    func value(of key: [UInt8]) throws(SASLDBError) -> Secret? {
        var capacity = 512
        while true {
            var size: UInt32 = 0
            var status: CInt = 0
            var secret: Secret?
            unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
                // SAFETY: the sizes are those of key and buffer; on success the first `size` bytes are written.
                status = unsafe cberkeleydb_get(
                    handle,
                    key,
                    UInt32(key.count),
                    buffer.baseAddress,
                    UInt32(capacity),
                    &size
                )
                if status == 0 {
                    secret = unsafe Secret(copying: Span(_unsafeElements: buffer.extracting(..<Int(size))))
                }
                if let base = buffer.baseAddress { unsafe explicit_bzero(base, buffer.count) }
            }
            switch status {
            case 0: return secret
            case DB_NOTFOUND, DB_KEYEMPTY: return nil
            case DB_BUFFER_SMALL where size > capacity && size <= Self.maximumValueLength: capacity = Int(size)
            case DB_BUFFER_SMALL: throw .damaged(path: subject)
            default: throw Self.error(status, "read", subject)
            }
        }
    }

    /// Sets the value of `key`, DB->put.
    func set(_ value: borrowing Secret, of key: [UInt8]) throws(SASLDBError) {
        let span = value.span
        // SAFETY: the sizes are those of key and value, which the call only reads.
        let status = unsafe span.withUnsafeBufferPointer { bytes in
            unsafe cberkeleydb_put(handle, key, UInt32(key.count), bytes.baseAddress, UInt32(bytes.count))
        }
        guard status == 0 else { throw Self.error(status, "write", subject) }
    }

    /// Removes `key`, DB->del.
    ///
    /// - Returns: whether it existed.
    /// - Throws: libdb's error.
    func remove(_ key: [UInt8]) throws(SASLDBError) -> Bool {
        // SAFETY: the size is that of the key, which the call only reads.
        let status = unsafe cberkeleydb_delete(handle, key, UInt32(key.count))
        guard status != DB_NOTFOUND else { return false }
        guard status == 0 else { throw Self.error(status, "write", subject) }
        return true
    }

    /// Calls `body` with every key, in the order of the file; reads no values.
    func forEachKey(_ body: ([UInt8]) -> Void) throws(SASLDBError) {
        var status: CInt = 0
        guard let cursor = unsafe cberkeleydb_cursor(handle, &status) else { throw Self.error(status, "read", subject) }
        // SAFETY: closed once, here, before the database is closed.
        defer { _ = unsafe cberkeleydb_cursor_close(cursor) }
        while true {
            var key: UnsafeRawPointer?
            var size: UInt32 = 0
            // SAFETY: the call writes two values, to these variables; the key is copied before the next call.
            status = unsafe cberkeleydb_next(cursor, &key, &size)
            guard status != DB_NOTFOUND else { return }
            guard status == 0 else { throw Self.error(status, "read", subject) }
            body(unsafe [UInt8](UnsafeRawBufferPointer(start: key, count: Int(size))))
        }
    }
}
