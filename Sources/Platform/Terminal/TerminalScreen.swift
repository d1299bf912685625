internal import CPlatform
internal import Glibc

/// A terminal in full-screen mode, without line editing and echo, until its lifetime ends; termios(3).
///
/// The previous contents of the screen are restored at the end. For single-threaded programs: signals that end or stop
/// the program are blocked meanwhile, and reported as events.
package struct TerminalScreen: ~Copyable {
    package enum Event: Hashable, Sendable {
        case key(UInt8)
        /// The interrupt key, or the same signal from another process.
        case interrupted
        /// A signal that ends the program: call `end(by:)`.
        case ended(signal: CInt)
        /// Draw the screen again: its size has changed, or the program was stopped and continued.
        case outdated
        /// There is input on the given descriptor.
        case input
        /// The terminal is gone.
        case gone
    }

    /// Escape sequences that enter and leave the alternate screen, hide and show the cursor, and turn line wrapping off
    /// and on.
    private static let entry = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[H\u{1B}[J"
    private static let exit = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH]

    /// The previous settings of the terminal; `nil` if standard input is not a terminal, so there are no keys.
    private let before: termios?
    private let signals: SignalDescriptor

    /// Takes over the terminal of standard output, and the keys of standard input if that is a terminal too.
    package init() throws(SystemError) {
        var settings: termios?
        if StandardStream.input.isTerminal {
            var current = termios()
            // SAFETY: the call fills this one variable.
            try systemCall("tcgetattr") { unsafe tcgetattr(StandardStream.input.rawValue, &current) }
            settings = current
        }
        let signals = try SignalDescriptor(Self.signals)
        self.signals = signals
        before = settings
        enter()
    }

    deinit {
        leave()
        Self.change(SIG_UNBLOCK, Self.signals)
    }

    /// Whether standard output is a terminal with a movable cursor.
    package static var isPossible: Bool {
        let kind = Program.variable("TERM") ?? ""
        return StandardStream.output.isTerminal && kind != "" && kind != "dumb"
    }

    /// The numbers of columns and rows; 80 and 24 if unknown.
    package var size: (columns: Int, rows: Int) {
        var columns: CInt = 0
        var rows: CInt = 0
        // SAFETY: the call fills these two variables.
        let isKnown = unsafe cplatform_terminal_size(StandardStream.output.rawValue, &columns, &rows) == 0
        return isKnown && columns > 0 && rows > 0 ? (Int(columns), Int(rows)) : (80, 24)
    }

    /// Replaces the contents of the screen with `lines`, which must fit; returns whether the terminal took them.
    package func show(_ lines: [String]) -> Bool {
        let text = lines.prefix(size.rows).map { "\($0)\u{1B}[K" }.joined(separator: "\r\n")
        return StandardStream.output.write("\u{1B}[H\(text)\u{1B}[J")
    }

    /// Waits for an event of the terminal, input on `descriptor`, or the end of the time.
    ///
    /// A signal that stops the program takes effect here, with the terminal restored meanwhile.
    ///
    /// - Returns: `nil` after the time.
    package func wait(orInputOn descriptor: CInt?, milliseconds: CInt) throws(SystemError) -> Event? {
        let keyboard = before == nil ? -1 : StandardStream.input.rawValue
        let ready = try waitForInput(
            on: [signals.descriptor.rawValue, keyboard, descriptor ?? -1],
            milliseconds: milliseconds
        )
        if ready.contains(0), let signal = try signals.next() { return event(of: signal) }
        guard ready.contains(1) else { return ready.contains(2) ? .input : nil }
        var key: UInt8 = 0
        // SAFETY: the call fills this one byte.
        let count = unsafe read(keyboard, &key, 1)
        return count == 1 ? .key(key) : count < 0 && (errno == EINTR || errno == EAGAIN) ? nil : .gone
    }

    /// Ends the program with the default action of `signal`; call it after the screen's end.
    package static func end(by signal: CInt) {
        raise(signal)
    }

    private func event(of signal: CInt) -> Event {
        switch signal {
        case SIGINT: return .interrupted
        case SIGWINCH: return .outdated
        case SIGTSTP:
            leave()
            Self.raise(SIGTSTP)
            Self.change(SIG_BLOCK, [SIGTSTP])
            enter()
            return .outdated
        default: return .ended(signal: signal)
        }
    }

    private func enter() {
        if var settings = before {
            settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
            // SAFETY: the call reads this one variable. If the terminal is gone, the next read reports it.
            _ = unsafe tcsetattr(StandardStream.input.rawValue, TCSADRAIN, &settings)
        }
        StandardStream.output.write(Self.entry)
    }

    private func leave() {
        StandardStream.output.write(Self.exit)
        guard var settings = before else { return }
        // SAFETY: the call reads this one variable. If the terminal is gone, nothing needs to be restored.
        _ = unsafe tcsetattr(StandardStream.input.rawValue, TCSADRAIN, &settings)
    }

    private static func raise(_ signal: CInt) {
        // The crash reporter of the Swift runtime handles SIGQUIT, is interactive and shows memory.
        if signal == SIGQUIT { Glibc.signal(SIGQUIT, SIG_DFL) }
        change(SIG_UNBLOCK, [signal])
        Glibc.raise(signal)
    }

    private static func change(_ how: CInt, _ signals: [CInt]) {
        var set = sigset_t()
        // SAFETY: the calls fill and read this one variable.
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        unsafe sigprocmask(how, &set, nil)
    }
}
