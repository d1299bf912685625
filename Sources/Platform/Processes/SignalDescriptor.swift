internal import CPlatform

/// A descriptor from which signals are read; signalfd(2).
package struct SignalDescriptor: ~Copyable {
    package let descriptor: OwnedDescriptor

    /// Blocks `signals` for this thread, so that they are only reported here.
    package init(_ signals: [CInt]) throws(SystemError) {
        // SAFETY: the call gets the length of the array.
        let number = try systemCall("signalfd") { unsafe cplatform_signal_descriptor(signals, signals.count) }
        descriptor = OwnedDescriptor(adopting: number)
    }

    /// The next pending signal, or `nil`.
    package func next() throws(SystemError) -> CInt? {
        let signal = try systemCall("read", on: "signalfd") { cplatform_next_signal(descriptor.rawValue) }
        return signal == 0 ? nil : signal
    }
}
