import Glibc
import Platform
import TestSupport
import Testing

@Suite struct ShortageTests {
    @Test func `a process that lacks nothing has no shortage`() {
        for _ in 0..<3 { #expect(Shortage.present() == nil) }
    }

    @Test(.enabled(if: Sanitizer.current == nil, "a sanitizer needs memory itself"))
    func `a lack of memory is noticed`() async {
        await #expect(processExitsWith: .success) {
            limit(RLIMIT_AS, to: 1 << 20)
            #expect(Shortage.present()?.number == ENOMEM)
        }
    }

    @Test func `a lack of descriptors is noticed`() async {
        await #expect(processExitsWith: .success) {
            // One is left, and a pipe needs two.
            let next = dup(0)
            close(next)
            limit(RLIMIT_NOFILE, to: rlim_t(next) + 1)
            #expect(Shortage.present()?.number == EMFILE)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "root has no limit, so another account is needed"))
    func `a lack of processes is noticed`() async {
        await #expect(processExitsWith: .success) {
            limit(__RLIMIT_NPROC, to: 0)
            #expect(setuid(65534) == 0)
            #expect(Shortage.present()?.number == EAGAIN)
        }
    }
}

/// Lowers a limit of this process.
private func limit(_ resource: __rlimit_resource, to value: rlim_t) {
    var limit = rlimit(rlim_cur: value, rlim_max: value)
    // SAFETY: the call reads this one variable.
    unsafe setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
}
