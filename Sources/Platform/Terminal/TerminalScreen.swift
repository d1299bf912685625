internal import CPlatform
internal import Glibc

/// The whole screen of a terminal and its keys, without line editing and echo, until its owner's end; termios(3).
///
/// What was on the screen before is there again then. For programs of one thread: the signals that end or stop a program are
/// blocked meanwhile, and reported as events.
package struct TerminalScreen: ~Copyable {
    package enum Event: Hashable, Sendable {
        case key(UInt8)
        /// The interrupt key was typed, or a process sent what it sends.
        case interrupted
        /// A signal that ends the program: `end(by:)` has it do so.
        case ended(signal: CInt)
        /// What is on the screen is to be drawn again: its size has changed, or the program was stopped and goes on.
        case outdated
        /// There is input on the descriptor that was waited for.
        case input
        /// The terminal is gone.
        case gone
    }

    /// What is between the use of the whole screen and that of its lines: where it is shown, the cursor, and whether lines wrap.
    private static let entry = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[H\u{1B}[J"
    private static let exit = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH]

    /// What the terminal was set to; `nil` where standard input is no terminal, and there are no keys.
    private let before: termios?
    private let signals: SignalDescriptor

    /// Takes the terminal of standard output, and the keys of standard input where that is a terminal too.
    package init() throws(SystemError) {
        var settings: termios?
        if StandardStream.input.isTerminal {
            var current = termios()
            // SAFETY: one variable for the one value that the call fills.
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

    /// Whether standard output is a terminal on which a cursor can be moved.
    package static var isPossible: Bool {
        let kind = Program.variable("TERM") ?? ""
        return StandardStream.output.isTerminal && kind != "" && kind != "dumb"
    }

    /// How many columns and rows there are; 80 and 24 where the terminal does not know.
    package var size: (columns: Int, rows: Int) {
        var columns: CInt = 0
        var rows: CInt = 0
        // SAFETY: two variables for the two values that the call fills.
        let isKnown = unsafe cplatform_terminal_size(StandardStream.output.rawValue, &columns, &rows) == 0
        return isKnown && columns > 0 && rows > 0 ? (Int(columns), Int(rows)) : (80, 24)
    }

    /// Shows `lines`, each of which fits, and nothing else; says whether the terminal has taken them.
    package func show(_ lines: [String]) -> Bool {
        let text = lines.prefix(size.rows).map { "\($0)\u{1B}[K" }.joined(separator: "\r\n")
        return StandardStream.output.write("\u{1B}[H\(text)\u{1B}[J")
    }

    /// Waits until something has happened at the terminal, or there is input on `descriptor`, or the time is over.
    ///
    /// A signal that stops the program does that here, with the terminal as it was before.
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
        // SAFETY: one variable for the one byte that is read.
        let count = unsafe read(keyboard, &key, 1)
        return count == 1 ? .key(key) : count < 0 && (errno == EINTR || errno == EAGAIN) ? nil : .gone
    }

    /// Ends the program as `signal` does where nobody waits for it; for the time after the screen's end.
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
            // SAFETY: one variable that the call reads. Where the terminal is gone, the next read says so.
            _ = unsafe tcsetattr(StandardStream.input.rawValue, TCSADRAIN, &settings)
        }
        StandardStream.output.write(Self.entry)
    }

    private func leave() {
        StandardStream.output.write(Self.exit)
        guard var settings = before else { return }
        // SAFETY: one variable that the call reads. A terminal that is gone needs nothing back.
        _ = unsafe tcsetattr(StandardStream.input.rawValue, TCSADRAIN, &settings)
    }

    private static func raise(_ signal: CInt) {
        // The crash reporter of Swift's runtime sits on SIGQUIT, asks questions and shows memory.
        if signal == SIGQUIT { Glibc.signal(SIGQUIT, SIG_DFL) }
        change(SIG_UNBLOCK, [signal])
        Glibc.raise(signal)
    }

    private static func change(_ how: CInt, _ signals: [CInt]) {
        var set = sigset_t()
        // SAFETY: one variable that the calls fill and read.
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        unsafe sigprocmask(how, &set, nil)
    }
}
