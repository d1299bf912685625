internal import CPlatform

/// Signals as something to read; signalfd(2).
package struct SignalDescriptor: ~Copyable {
    package let descriptor: OwnedDescriptor

    /// Blocks `signals` for this thread, so that they are reported here and nowhere else.
    package init(_ signals: [CInt]) throws(SystemError) {
        // SAFETY: the array is as long as the call is told.
        let number = try systemCall("signalfd") { unsafe cplatform_signal_descriptor(signals, signals.count) }
        descriptor = OwnedDescriptor(adopting: number)
    }

    /// The next signal that waits, or `nil`.
    package func next() throws(SystemError) -> CInt? {
        let signal = try systemCall("read", on: "signalfd") { cplatform_next_signal(descriptor.rawValue) }
        return signal == 0 ? nil : signal
    }
}
