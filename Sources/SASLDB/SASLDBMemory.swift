internal import Glibc
internal import Platform

/// Memory limits for programs that read or change a sasldb2 file.
package enum SASLDBMemory {
    /// Ten times the need of 100,000 users.
    private static let least = 512 << 20
    private static let most = 8 << 30
    /// Twice the need: verifying the file and listing all users take less than four times its size.
    private static let perByte = 8

    /// Limits the memory of the process to what a file of the size of that at `path` can need.
    package static func limit(forFileAt path: String) {
        MemoryLimit.allow(furtherBytes: bytes(forSize: (try? FileStatus(of: path).size) ?? 0))
    }

    static func bytes(forSize size: Int) -> Int {
        size < most / perByte ? min(least + perByte * size, most) : most
    }
}
