internal import Glibc

/// A terminal that does not show what is typed, termios(3), until its owner's end or a signal.
package struct QuietTerminal: ~Copyable {
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]

    private let number: CInt
    private let before: termios
    private let signals: SignalDescriptor

    /// Takes the echo away from the terminal that descriptor `number` is of; line feeds are still shown.
    ///
    /// For programs of one thread: the signals that end or stop a program are blocked meanwhile.
    package init(_ number: CInt) throws(SystemError) {
        var settings = termios()
        // SAFETY: one variable for the one value that the call fills.
        try systemCall("tcgetattr") { unsafe tcgetattr(number, &settings) }
        let signals = try SignalDescriptor(Self.signals)
        try Self.silence(number, settings)
        self.number = number
        self.signals = signals
        before = settings
    }

    deinit {
        Self.restore(number, before)
        Self.unblock(Self.signals)
    }

    /// Waits until there is something to read.
    ///
    /// A signal takes effect with the echo back. If the program goes on after that, because it was stopped and is
    /// continued for instance, the echo is taken away again.
    ///
    /// - Returns: false after a signal: it is time for another prompt.
    /// - Throws: what poll(2) or the terminal says.
    package func waitForLine() throws(SystemError) -> Bool {
        let ready = try waitForInput(on: [number, signals.descriptor.rawValue], milliseconds: nil)
        guard let signal = try signals.next() else { return ready.contains(0) }
        Self.restore(number, before)
        // The crash reporter of Swift's runtime sits on SIGQUIT, asks questions and shows memory.
        if signal == SIGQUIT { Glibc.signal(SIGQUIT, SIG_DFL) }
        Self.unblock([signal])
        raise(signal)
        Self.block([signal])
        try Self.silence(number, before)
        return false
    }

    private static func silence(_ number: CInt, _ before: termios) throws(SystemError) {
        var settings = before
        settings.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK)
        settings.c_lflag |= tcflag_t(ICANON | ECHONL)
        // SAFETY: one variable that the call reads.
        try systemCall("tcsetattr") { unsafe tcsetattr(number, TCSAFLUSH, &settings) }
    }

    private static func restore(_ number: CInt, _ before: termios) {
        var settings = before
        // SAFETY: one variable that the call reads. A terminal that is gone needs nothing back.
        _ = unsafe tcsetattr(number, TCSADRAIN, &settings)
    }

    private static func block(_ signals: [CInt]) { change(SIG_BLOCK, signals) }

    private static func unblock(_ signals: [CInt]) { change(SIG_UNBLOCK, signals) }

    private static func change(_ how: CInt, _ signals: [CInt]) {
        var set = sigset_t()
        // SAFETY: one variable that the calls fill and read.
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        unsafe sigprocmask(how, &set, nil)
    }
}
