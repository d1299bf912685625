package import Authentication
internal import Glibc
internal import Platform

/// Changes a sasldb2 file.
///
/// A change is made to a copy in the same folder, which replaces the file once it is on disk: a crash at any moment
/// leaves the old file or the new one. The copy gets the file's owner, group, mode, access control lists and labels;
/// symbolic links remain. If this is impossible, the file is changed in place, as Cyrus SASL does, and a crash may
/// damage it. That is the case when the file has several hard links, is a mount point, or when this process may not
/// write to its folder or change owners.
///
/// Concurrent changes by this type are serialized with flock(2). Cyrus SASL's own tools do not lock: when one of them
/// changes the file meanwhile, this is detected and the change is made again.
package struct SASLDBWriter: Sendable {
    /// The mode of a new file, before the umask.
    static let creationMode: mode_t = 0o640
    /// How long a change waits for the lock, in milliseconds.
    static let lockPatience = 10_000

    package let path: String

    /// Does not open the file yet.
    package init(path: String) {
        self.path = path
    }

    /// Sets the password of `user` and removes the obsolete properties; creates the file if it is missing.
    package func set(_ password: borrowing Secret, of user: SASLDBUser) throws(SASLDBError) {
        guard let key = SASLDBKey(user, .password).encoded else { throw .invalidName }
        let obsolete = try Self.keys(of: user, where: \.isObsolete)
        // A closure cannot borrow the argument.
        let copy = Secret(copying: password.span)
        try change(creating: true) { (database) throws(SASLDBError) in
            try database.set(copy, of: key)
            _ = try Self.remove(obsolete, from: database)
            return true
        }
    }

    /// Removes all properties of `user`: the password, the secrets of libsasl2's plugins, the obsolete properties.
    ///
    /// Does nothing when there is no such user, or no file.
    package func remove(_ user: SASLDBUser) throws(SASLDBError) {
        let keys = try Self.keys(of: user) { _ in true }
        try change(creating: false) { (database) throws(SASLDBError) in try Self.remove(keys, from: database) }
    }

    /// Removes only the obsolete properties of `user`.
    ///
    /// Does nothing when there are none, or no file.
    package func removeObsolete(of user: SASLDBUser) throws(SASLDBError) {
        let keys = try Self.keys(of: user, where: \.isObsolete)
        try change(creating: false) { (database) throws(SASLDBError) in try Self.remove(keys, from: database) }
    }

    private static func keys(
        of user: SASLDBUser,
        where isMeant: (SASLDBKey.Property) -> Bool
    ) throws(SASLDBError) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        for property in SASLDBKey.Property.allCases where isMeant(property) {
            guard let key = SASLDBKey(user, property).encoded else { throw .invalidName }
            keys.append(key)
        }
        return keys
    }

    private static func remove(
        _ keys: [[UInt8]],
        from database: borrowing BerkeleyDatabase
    ) throws(SASLDBError) -> Bool {
        var removedAny = false
        for key in keys where try database.remove(key) { removedAny = true }
        return removedAny
    }
}

extension SASLDBWriter {
    /// Returns whether it changed anything.
    private typealias Change = (borrowing BerkeleyDatabase) throws(SASLDBError) -> Bool

    private func change(creating: Bool, _ body: Change) throws(SASLDBError) {
        let file: LockedFile
        do {
            let mode = creating ? Self.creationMode : nil
            file = try LockedFile(
                opening: followingLinks(path),
                creationMode: mode,
                milliseconds: Self.lockPatience
            )
        } catch {
            switch error.number {
            case ENOENT where !creating: return
            case EWOULDBLOCK: throw .locked(path: path)
            case EISDIR, ENXIO: throw .notAFile(path: path)
            default: throw SASLDBError(error, path: path)
            }
        }
        do {
            try SASLDBFormat.check(path: file.path, allowingEmpty: true)
            try change(file, body)
        } catch {
            // SAFETY: the path is a terminated string for the length of the call; a file created here is still empty.
            if file.isNew { _ = unsafe unlink(file.path) }
            throw error
        }
    }

    private enum Outcome {
        case done
        case changedMeanwhile
        /// The file cannot be replaced, and must be changed in place.
        case irreplaceable
    }

    private func change(_ file: borrowing LockedFile, _ body: Change) throws(SASLDBError) {
        for _ in 0..<10 {
            switch try changeCopy(of: file, body) {
            case .done: return
            case .changedMeanwhile: usleep(10_000)
            case .irreplaceable: return _ = try change(fileAt: file.path, body)
            }
        }
        throw .changing(path: path)
    }

    private func changeCopy(of file: borrowing LockedFile, _ body: Change) throws(SASLDBError) -> Outcome {
        let before = try state(of: file)
        guard before.links == 1 else { return .irreplaceable }
        var copy: FileReplacement
        do { copy = try FileReplacement(of: file) } catch { return try outcome(of: error) }
        do {
            guard try change(fileAt: copy.path, body) else { return .done }
        } catch {
            // A copy made during a write by another program may be damaged.
            guard try state(of: file) == before else { return .changedMeanwhile }
            throw error
        }
        guard try state(of: file) == before else { return .changedMeanwhile }
        do { try copy.commit() } catch { return try outcome(of: error) }
        return .done
    }

    /// Classifies a failure to make the copy or to replace the file with it.
    private func outcome(of error: SystemError) throws(SASLDBError) -> Outcome {
        switch error.number {
        case EACCES, EPERM, EROFS, EBUSY, EXDEV, ENOTSUP: return .irreplaceable
        default: throw SASLDBError(error, path: path)
        }
    }

    /// Changes the file at `place` itself, after verifying it.
    private func change(fileAt place: String, _ body: Change) throws(SASLDBError) -> Bool {
        let isEmpty: Bool
        do { isEmpty = try FileStatus(of: place).size == 0 } catch { throw SASLDBError(error, path: path) }
        if !isEmpty { try BerkeleyDatabase.verify(path: place, subject: path) }
        let database = try BerkeleyDatabase(path: place, for: .writing, subject: path)
        let isChanged = try body(database)
        try database.flush()
        return isChanged
    }

    private func state(of file: borrowing LockedFile) throws(SASLDBError) -> FileStatus {
        do { return try FileStatus(of: file.descriptor) } catch { throw SASLDBError(error, path: path) }
    }
}
