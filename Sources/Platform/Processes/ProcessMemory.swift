internal import Glibc

/// The memory use of a process, proc(5).
package struct ProcessMemory: ~Copyable {
    private let statistics: OwnedDescriptor

    /// Opens the statistics of process `pid` of any account; throws if /proc hides it.
    package init(of pid: UInt32) throws(SystemError) {
        statistics = try OwnedDescriptor.open("/proc/\(pid)/statm", O_RDONLY)
    }

    /// The resident set in bytes; `nil` once the process has exited.
    package var resident: Int? {
        var text = [UInt8](repeating: 0, count: 128)
        let number = statistics.rawValue
        // SAFETY: the call gets the length of the buffer.
        let count = unsafe pread(number, &text, text.count, 0)
        guard count > 0 else { return nil }
        // The second number is the resident set, in pages.
        let numbers = text[..<count].split(separator: UInt8(ascii: " "))
        guard numbers.count > 1, let pages = Int(String(decoding: numbers[1], as: UTF8.self)) else { return nil }
        return pages * sysconf(CInt(_SC_PAGESIZE))
    }
}
