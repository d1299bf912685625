internal import CPlatform

/// Two connected stream sockets; socketpair(2).
package struct SocketPair: ~Copyable, Sendable {
    package let near: OwnedDescriptor
    package let far: OwnedDescriptor

    package init() throws(SystemError) {
        var ends: [CInt] = [-1, -1]
        // SAFETY: the call fills the two elements of the array.
        try systemCall("socketpair") { unsafe cplatform_socketpair(&ends) }
        near = OwnedDescriptor(adopting: ends[0])
        far = OwnedDescriptor(adopting: ends[1])
    }

    /// Closes the far end.
    package consuming func intoNear() -> OwnedDescriptor { near }
}
