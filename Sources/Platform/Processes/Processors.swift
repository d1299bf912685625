internal import Glibc

/// The processors of the machine; sysconf(3).
package enum Processors {
    /// How many are there, 1 at the least.
    package static var count: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }
}
