internal import Glibc

/// The target of a symbolic link; readlink(2).
package func target(ofLink path: String) throws(SystemError) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    // SAFETY: the call gets the length of the buffer.
    let count = try systemCall("readlink", on: path) { unsafe readlink(path, &buffer, buffer.count) }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Follows `path` if its last component is a symbolic link, or a chain of them.
///
/// The file need not exist. A path that is not a link is returned unchanged.
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
