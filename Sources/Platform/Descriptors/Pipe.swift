internal import CPlatform

/// The two ends of a pipe, pipe2(2).
package struct Pipe: ~Copyable, Sendable {
    package let reader: OwnedDescriptor
    package let writer: OwnedDescriptor

    package init() throws(SystemError) {
        var ends: [CInt] = [-1, -1]
        // SAFETY: the call fills the two elements of the array.
        try systemCall("pipe") { unsafe cplatform_pipe(&ends) }
        reader = OwnedDescriptor(adopting: ends[0])
        writer = OwnedDescriptor(adopting: ends[1])
    }

    /// Closes the writing end.
    package consuming func intoReader() -> OwnedDescriptor { reader }
}
