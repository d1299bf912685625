internal import CPlatform
internal import Glibc

/// A copy of a file, in the same folder, that takes the file's place when it is complete, or goes.
///
/// Its name is that of the file with a dot before and `.new` behind: one that a crash left is taken away by the next.
/// So there may be only one at a time, which `LockedFile` sees to.
package struct FileReplacement: ~Copyable {
    /// Where the copy is.
    package let path: String
    private let target: String
    private let folder: String
    private let descriptor: OwnedDescriptor
    private var isInPlace = false

    /// Copies content, owner, group, mode and extended attributes of `original`.
    ///
    /// - Parameter original: stays as it is; it must not be changed until the replacement is done.
    /// - Throws: when the folder may not be written to, or when this process may not give a file the same owner.
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

    /// Puts the copy, as it is now, in the place of the original; on the disk before the call returns.
    ///
    /// At every moment one of the two is there, whole. The original stays if this throws.
    package mutating func commit() throws(SystemError) {
        let number = descriptor.rawValue
        try systemCall("fsync", on: path) { fsync(number) }
        // SAFETY: both paths are terminated strings for the length of the call.
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
        // SAFETY: the path is a terminated string for the length of the call. A file that is gone already is what is wanted.
        _ = unsafe unlink(path)
    }
}
