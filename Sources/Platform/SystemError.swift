internal import Glibc

/// A system call that failed: the call, its subject, and the reason.
package struct SystemError: Error, Hashable, CustomStringConvertible {
    /// The name of the call in its manual page.
    package let call: String
    /// What the call was applied to, such as a path; may be empty.
    package let subject: String
    /// The value of `errno` after the call.
    package let number: CInt

    package init(_ call: String, on subject: String = "", number: CInt) {
        self.call = call
        self.subject = subject
        self.number = number
    }

    /// The text of strerror(3).
    package var reason: String {
        // SAFETY: strerror(3) returns a null-terminated string that is valid until the next call on this thread.
        unsafe String(cString: strerror(number))
    }

    package var description: String {
        subject.isEmpty ? "\(call): \(reason)" : "\(call) \(subject): \(reason)"
    }
}

/// Calls `body`, again after `EINTR`, and throws `errno` if the result is -1.
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
