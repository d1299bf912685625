internal import CPlatform
internal import Glibc

/// A copy of a file in the same directory that atomically replaces the file, or is removed.
///
/// Its name is the file's with `.` before it and `.new` after it. A leftover from a crash is overwritten. Requires the
/// lock of `LockedFile`, because only one copy can exist at a time.
package struct FileReplacement: ~Copyable {
    /// The path of the copy.
    package let path: String
    private let target: String
    private let folder: String
    private let descriptor: OwnedDescriptor
    private var isInPlace = false

    /// Copies content, owner, group, mode and extended attributes of `original`.
    ///
    /// - Parameter original: it is not changed, and must not change until the replacement is done.
    /// - Throws: if the directory is not writable, or the process may not set the owner of the copy.
    package init(of original: borrowing LockedFile) throws(SystemError) {
        let target = original.path
        self.target = target
        let slash = target.lastIndex(of: "/")
        folder = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
        let name = slash.map { String(target[target.index(after: $0)...]) } ?? target
        let path = "\(folder)/.\(name).new"
        self.path = path
        descriptor = try Self.copy(original, to: path)
    }

    deinit {
        if !isInPlace { Self.remove(path) }
    }

    /// Puts the copy in the file's place, on disk before the call returns.
    ///
    /// At any moment one of the two exists, complete. If the rename fails, the file is unchanged.
    package mutating func commit() throws(SystemError) {
        let number = descriptor.rawValue
        try systemCall("fsync", on: path) { fsync(number) }
        // SAFETY: both paths are null-terminated strings during the call.
        try systemCall("rename", on: path) { unsafe rename(path, target) }
        isInPlace = true
        let directory = try OwnedDescriptor.open(folder, O_RDONLY | O_DIRECTORY)
        try systemCall("fsync", on: folder) { fsync(directory.rawValue) }
    }

    private static func copy(_ original: borrowing LockedFile, to path: String) throws(SystemError) -> OwnedDescriptor {
        remove(path)
        let copy = try OwnedDescriptor.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        do {
            let (source, destination) = (original.descriptor.rawValue, copy.rawValue)
            try systemCall("copy attributes", on: path) { cplatform_copy_attributes(source, destination) }
            try systemCall("sendfile", on: path) { cplatform_copy_content(source, destination) }
        } catch {
            remove(path)
            throw error
        }
        return copy
    }

    private static func remove(_ path: String) {
        // SAFETY: the path is a null-terminated string during the call. A missing file is the desired result.
        _ = unsafe unlink(path)
    }
}
