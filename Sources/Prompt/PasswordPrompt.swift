package import Authentication
package import Platform

/// Asks a person for a password.
package enum PasswordPrompt {
    /// Asks at the terminal, or reads the first line of standard input if that is not a terminal.
    ///
    /// - Returns: the password, cut to one byte more than a field can hold, so that the caller can report one too long.
    package static func read() throws(SystemError) -> Secret {
        let limit = Int(UInt16.max) + 1
        let line =
            StandardStream.input.isTerminal
            ? try typedLine(limit: limit)
            : try StandardStream.input.readLine(limit: limit)
        let secret = Secret(copying: line.span)
        wipe(line.span)
        return secret
    }

    private static func typedLine(limit: Int) throws(SystemError) -> [UInt8] {
        let terminal = try QuietTerminal(StandardStream.input.rawValue)
        repeat { StandardStream.error.write("Password: ") } while try !terminal.waitForLine()
        return try StandardStream.input.readLine(limit: limit)
    }
}
