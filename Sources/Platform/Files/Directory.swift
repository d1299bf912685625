package import Glibc

/// Operations on directories and the names in them.
package enum Directory {
    /// The names in a directory, without `.` and `..`, in no order; readdir(3).
    package static func entries(of path: String) throws(SystemError) -> [String] {
        // SAFETY: the stream is closed below and used nowhere else.
        guard let stream = unsafe opendir(path) else { throw SystemError("opendir", on: path, number: errno) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Creates a directory with these permissions, regardless of the umask; mkdir(2), not recursive.
    ///
    /// Leaves an existing directory unchanged.
    package static func make(_ path: String, mode: mode_t) throws(SystemError) {
        do throws(SystemError) {
            // SAFETY: the path is a null-terminated string during the call.
            try systemCall("mkdir", on: path) { unsafe mkdir(path, mode) }
        } catch {
            guard error.number == EEXIST else { throw error }
            return
        }
        let folder = try OwnedDescriptor.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        try systemCall("chmod", on: path) { fchmod(folder.rawValue, mode) }
    }

    /// The current directory; getcwd(3).
    package static var current: String {
        get throws(SystemError) {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
            // SAFETY: the call gets the length of the buffer.
            guard unsafe getcwd(&buffer, buffer.count) != nil else { throw SystemError("getcwd", number: errno) }
            let path = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // The path of an unreachable directory begins with `(unreachable)`, getcwd(3).
            guard path.hasPrefix("/") else { throw SystemError("getcwd", number: ENOENT) }
            return path
        }
    }

    /// Changes the current directory; chdir(2).
    package static func enter(_ path: String) throws(SystemError) {
        // SAFETY: the path is a null-terminated string during the call.
        try systemCall("chdir", on: path) { unsafe chdir(path) }
    }

    /// Removes `path` if it still names the file `state`; unlink(2).
    ///
    /// A missing file or another file at `path` is left alone. Keep the file open until then: the inode number of a
    /// deleted file can be reused.
    package static func removeFile(_ path: String, ifStill state: FileStatus) throws(SystemError) {
        guard let found = try? FileStatus(ofName: path), found.isSameFile(as: state) else { return }
        try removeFile(path)
    }

    /// Removes a file, if it exists; unlink(2).
    package static func removeFile(_ path: String) throws(SystemError) {
        do throws(SystemError) {
            // SAFETY: the path is a null-terminated string during the call.
            try systemCall("unlink", on: path) { unsafe unlink(path) }
        } catch {
            guard error.number == ENOENT else { throw error }
        }
    }
}
