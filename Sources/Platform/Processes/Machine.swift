internal import Glibc

/// The machine that the process runs on.
package enum Machine {
    /// The number of processors, at least 1; sysconf(3).
    package static var processorCount: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }

    /// The host name, empty if there is none; gethostname(2).
    package static var hostName: [UInt8] {
        var buffer = [CChar](repeating: 0, count: 256)
        // SAFETY: the buffer has one byte more than the length that the call gets; it stays zero.
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return [] }
        return buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    }
}
