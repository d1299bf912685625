package import Glibc

/// Folders and the files in them.
package enum Directory {
    /// The names in a folder, without `.` and `..`, in no order; readdir(3).
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

    /// Makes a folder of these permissions, whatever the umask; mkdir(2), not recursive.
    ///
    /// One that is there is fine, and stays as it is.
    package static func make(_ path: String, mode: mode_t) throws(SystemError) {
        do throws(SystemError) {
            // SAFETY: the path is a terminated string for the length of the call.
            try systemCall("mkdir", on: path) { unsafe mkdir(path, mode) }
        } catch {
            guard error.number == EEXIST else { throw error }
            return
        }
        let folder = try OwnedDescriptor.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        try systemCall("chmod", on: path) { fchmod(folder.rawValue, mode) }
    }

    /// The folder that relative paths begin at; getcwd(3).
    package static var current: String {
        get throws(SystemError) {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
            // SAFETY: the buffer is as long as the call is told.
            guard unsafe getcwd(&buffer, buffer.count) != nil else { throw SystemError("getcwd", number: errno) }
            let path = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // One that cannot be reached from the root begins otherwise.
            guard path.hasPrefix("/") else { throw SystemError("getcwd", number: ENOENT) }
            return path
        }
    }

    /// Makes a folder the process's own; chdir(2).
    package static func enter(_ path: String) throws(SystemError) {
        // SAFETY: the path is a terminated string for the length of the call.
        try systemCall("chdir", on: path) { unsafe chdir(path) }
    }

    /// Takes the name `path` away if it is still that of the file `state`; unlink(2).
    ///
    /// A name that is gone or another file's is fine, and stays as it is. To be sure of it, keep the file open: the number of one that
    /// is gone can become another's.
    package static func removeFile(_ path: String, ifStill state: FileStatus) throws(SystemError) {
        guard let found = try? FileStatus(ofName: path), found.isSameFile(as: state) else { return }
        try removeFile(path)
    }

    /// unlink(2); one that is not there is fine.
    package static func removeFile(_ path: String) throws(SystemError) {
        do throws(SystemError) {
            // SAFETY: the path is a terminated string for the length of the call.
            try systemCall("unlink", on: path) { unsafe unlink(path) }
        } catch {
            guard error.number == ENOENT else { throw error }
        }
    }
}
