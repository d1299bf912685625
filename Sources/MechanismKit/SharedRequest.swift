package import Authentication

/// A request that several objects or threads use: those that send it, or compare its password.
package final class SharedRequest: Sendable {
    package let value: AuthRequest

    package init(_ value: consuming AuthRequest) { self.value = value }
}
