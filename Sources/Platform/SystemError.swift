internal import Glibc

/// A system call that failed: what was tried, on what, and why it failed.
package struct SystemError: Error, Hashable, CustomStringConvertible {
    /// The name of the call as its manual page has it.
    package let call: String
    /// What it was tried on, a path for instance, or empty.
    package let subject: String
    /// The value of `errno` after the call.
    package let number: CInt

    package init(_ call: String, on subject: String = "", number: CInt) {
        self.call = call
        self.subject = subject
        self.number = number
    }

    /// The text of strerror(3) alone.
    package var reason: String {
        // SAFETY: strerror(3) gives a terminated string that stays valid until the next call on this thread.
        unsafe String(cString: strerror(number))
    }

    package var description: String {
        subject.isEmpty ? "\(call): \(reason)" : "\(call) \(subject): \(reason)"
    }
}

/// Calls `body`, again after `EINTR`, and throws what `errno` says when the result is -1.
@discardableResult
package func systemCall<Result: FixedWidthInteger & SignedInteger>(
    _ call: String,
    on subject: String = "",
    _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        let number = errno
        if number != EINTR { throw SystemError(call, on: subject, number: number) }
    }
}
