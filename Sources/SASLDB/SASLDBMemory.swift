internal import Glibc
internal import Platform

/// What a program may need that reads and changes a sasldb2 file.
package enum SASLDBMemory {
    /// Ten times what is needed for 100,000 users.
    private static let least = 512 << 20
    private static let most = 8 << 30
    /// A verification and a list of all users take less than four times the file's size.
    private static let perByte = 8

    /// Limits the memory of the process to what a file as large as that at `path` can take.
    package static func limit(forFileAt path: String) {
        MemoryLimit.allow(furtherBytes: bytes(forSize: (try? FileStatus(of: path).size) ?? 0))
    }

    static func bytes(forSize size: Int) -> Int {
        size < most / perByte ? min(least + perByte * size, most) : most
    }
}
