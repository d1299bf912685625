internal import Glibc

/// A thread for a call of a library that blocks; pthread_create(3).
package enum BackgroundThread {
    /// The size of a thread's stack, in bytes: modules for name lookups need more than a few pages.
    private static let stackSize = 512 << 10

    /// Runs `body` on a new thread, which nobody waits for.
    ///
    /// Signals stay with the other threads.
    package static func start(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        var attributes = pthread_attr_t()
        // SAFETY: the attributes are initialized here and destroyed below.
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        unsafe pthread_attr_setstacksize(&attributes, stackSize)
        var all = sigset_t()
        var old = sigset_t()
        unsafe sigfillset(&all)
        // A new thread has the signal mask of its creator.
        unsafe pthread_sigmask(SIG_SETMASK, &all, &old)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &old, nil) }
        let work = unsafe Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        // SAFETY: the thread takes the reference over, or it is released below.
        let number = unsafe pthread_create(&thread, &attributes, run, work.toOpaque())
        guard number != 0 else { return }
        unsafe work.release()
        throw SystemError("pthread_create", number: number)
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        // SAFETY: the context is the reference that `start` has handed over.
        if let context = unsafe context { unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
        return nil
    }
}
