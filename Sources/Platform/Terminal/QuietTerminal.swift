internal import Glibc

/// A terminal without echo, termios(3), until its lifetime ends or a signal arrives.
package struct QuietTerminal: ~Copyable {
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]

    private let number: CInt
    private let before: termios
    private let signals: SignalDescriptor

    /// Turns off the echo of the terminal at descriptor `number`; line feeds are still echoed.
    ///
    /// For single-threaded programs: signals that end or stop a program are blocked meanwhile.
    package init(_ number: CInt) throws(SystemError) {
        var settings = termios()
        // SAFETY: the call fills this one variable.
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

    /// Waits for input.
    ///
    /// Before a signal takes effect, the echo is turned on. If the program continues afterwards, as after SIGCONT, the
    /// echo is turned off again.
    ///
    /// - Returns: false after a signal: print the prompt again.
    /// - Throws: an error of poll(2) or of the terminal.
    package func waitForLine() throws(SystemError) -> Bool {
        let ready = try waitForInput(on: [number, signals.descriptor.rawValue], milliseconds: nil)
        guard let signal = try signals.next() else { return ready.contains(0) }
        Self.restore(number, before)
        // The crash reporter of the Swift runtime handles SIGQUIT, is interactive and shows memory.
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
        // SAFETY: the call reads this one variable.
        try systemCall("tcsetattr") { unsafe tcsetattr(number, TCSAFLUSH, &settings) }
    }

    private static func restore(_ number: CInt, _ before: termios) {
        var settings = before
        // SAFETY: the call reads this one variable. If the terminal is gone, nothing needs to be restored.
        _ = unsafe tcsetattr(number, TCSADRAIN, &settings)
    }

    private static func block(_ signals: [CInt]) { change(SIG_BLOCK, signals) }

    private static func unblock(_ signals: [CInt]) { change(SIG_UNBLOCK, signals) }

    private static func change(_ how: CInt, _ signals: [CInt]) {
        var set = sigset_t()
        // SAFETY: the calls fill and read this one variable.
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        unsafe sigprocmask(how, &set, nil)
    }
}
