internal import CPlatform
internal import Glibc

/// What the process lacks at the moment: memory, descriptors or processes.
///
/// For programs that call libraries which report a shortage as something else.
package enum Shortage {
    /// As much as the largest usual hash needs: yescrypt(5) with Debian's settings takes 16 MB.
    private static let memory = 32 << 20

    /// The first thing that is missing; `nil` if the process can start another, with a pipe to it, and map memory.
    package static func present() -> SystemError? {
        do throws(SystemError) {
            try systemCall("mmap") { cplatform_try_mapping(memory) }
            _ = try Pipe()
            try systemCall("fork") { cplatform_try_process() }
            return nil
        } catch {
            return error
        }
    }
}
