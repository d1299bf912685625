package import Authentication
package import Platform

/// Where the password of a person comes from.
package enum PasswordPrompt {
    /// Asks at the terminal, or reads the first line of the standard input where that is none.
    ///
    /// - Returns: a password of at most one byte more than a field can hold, so that one that is too long can be told.
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
