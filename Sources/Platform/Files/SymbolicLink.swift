internal import Glibc

/// What a symbolic link holds; readlink(2).
package func target(ofLink path: String) throws(SystemError) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    // SAFETY: the buffer is as long as the call is told.
    let count = try systemCall("readlink", on: path) { unsafe readlink(path, &buffer, buffer.count) }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The file that `path` leads to when its last part is a symbolic link, or a chain of them.
///
/// The file need not exist. A path that is no link is given back as it is.
package func followingLinks(_ path: String) throws(SystemError) -> String {
    var path = path
    for _ in 0..<40 {
        guard let target = try? target(ofLink: path) else { return path }
        if target.hasPrefix("/") {
            path = target
        } else if let slash = path.lastIndex(of: "/") {
            path = String(path[...slash]) + target
        } else {
            path = target
        }
    }
    throw SystemError("readlink", on: path, number: ELOOP)
}
