internal import Glibc

/// Asking at a terminal for what must not be seen.
package enum HiddenInput {
    /// Signals that end or stop a program while somebody types.
    private static let signals = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP]

    /// Writes `prompt` to the standard error output and reads a line from the terminal that the standard input is, without echo.
    ///
    /// The terminal is as before when this returns or throws, and when a signal ends or stops the program.
    ///
    /// - Parameters:
    ///   - prompt: the text in front of the cursor; repeated when the program was stopped and goes on.
    ///   - limit: the largest number of bytes that are taken.
    /// - Returns: the line without its end, which the caller wipes.
    /// - Throws: what the terminal or read(2) reports.
    package static func readLine(prompt: String, limit: Int) throws(SystemError) -> [UInt8] {
        while true {
            var mask = sigset_t()
            // SAFETY: one variable for the one value that the call fills.
            unsafe sigprocmask(SIG_BLOCK, nil, &mask)
            let pending = try SignalDescriptor(signals)
            let line = try typedLine(prompt: prompt, limit: limit, unless: pending.descriptor.rawValue)
            StandardStream.error.write("\n")
            let signal = line == nil ? try pending.next() : nil
            if let number = signal {
                // Swift's runtime may have a handler that returns.
                Glibc.signal(number, SIG_DFL)
                raise(number)
            }
            // SAFETY: the mask was filled above. What was raised is delivered here; a stopped program goes on behind it.
            unsafe sigprocmask(SIG_SETMASK, &mask, nil)
            if let line { return line }
        }
    }

    /// The line, or `nil` when there is something to read at `interruption` first.
    private static func typedLine(
        prompt: String,
        limit: Int,
        unless interruption: CInt
    ) throws(SystemError) -> [UInt8]? {
        let input = StandardStream.input.rawValue
        var before = termios()
        // SAFETY: one variable for the one value that the call fills.
        try systemCall("tcgetattr") { unsafe tcgetattr(input, &before) }
        var hidden = before
        hidden.c_lflag &= ~tcflag_t(ECHO)
        StandardStream.error.write(prompt)
        // SAFETY: the settings are those of this terminal, but for one bit.
        try systemCall("tcsetattr") { unsafe tcsetattr(input, TCSAFLUSH, &hidden) }
        defer { unsafe tcsetattr(input, TCSANOW, &before) }
        while true {
            let ready = try waitForInput(on: [interruption, input], milliseconds: nil)
            if ready.contains(0) { return nil }
            if ready.contains(1) { return try StandardStream.input.readLine(limit: limit) }
        }
    }
}
