internal import Foundation
internal import Synchronization

/// A thread that lives as long as the tests.
///
/// The parent-death signal is sent when the thread that started the program exits, prctl(2), and threads that run tests
/// come and go.
enum LastingThread {
    private final class Work: Sendable {
        let process: Process
        let isDone = DispatchSemaphore(value: 0)
        let failure = Mutex<(any Error)?>(nil)

        init(_ process: Process) {
            self.process = process
        }
    }

    private static let waiting = Mutex<[Work]>([])
    private static let hasWork = DispatchSemaphore(value: 0)

    private static let thread: Void = Thread.detachNewThread {
        // Programs inherit the mask; threads of libdispatch, one of which may have started this one, block most signals.
        var none = sigset_t()
        // SAFETY: The set is a variable of this function, used only during these calls.
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
        while true {
            hasWork.wait()
            let work = waiting.withLock { $0.removeFirst() }
            do {
                try work.process.run()
            } catch {
                work.failure.withLock { $0 = error }
            }
            work.isDone.signal()
        }
    }

    /// Starts a program from that thread.
    static func start(_ process: Process) throws {
        thread
        let work = Work(process)
        waiting.withLock { $0.append(work) }
        hasWork.signal()
        work.isDone.wait()
        if let failure = work.failure.withLock({ $0 }) { throw failure }
    }
}
