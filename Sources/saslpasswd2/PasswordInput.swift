import Authentication
import Glibc
import Platform
import SASLDB

/// Reads the new password.
enum PasswordInput {
    /// The longest password, in bytes, which is the longest that the daemon passes to mechanisms.
    static let maximumLength = 8160

    /// Reads a password: twice from a terminal, with prompts and without echo, or else once up to the end of the input.
    ///
    /// A line feed at the end, and everything from a zero byte on, is removed.
    ///
    /// - Parameters:
    ///   - input: standard input.
    ///   - isPipe: whether to read one line without prompts even from a terminal.
    ///   - prompt: writes to standard output.
    /// - Returns: at least one byte.
    /// - Throws: when the password is empty or too long, or when the two differ.
    static func read(
        from input: borrowing OwnedDescriptor,
        isPipe: Bool,
        prompt: (String) -> Void
    ) throws(ToolError) -> Secret {
        guard isatty(input.rawValue) == 1 else { return try password(try bytes(of: input, lineOnly: false)) }
        guard !isPipe else { return try password(try bytes(of: input, lineOnly: true)) }
        let terminal: QuietTerminal
        do { terminal = try QuietTerminal(input.rawValue) } catch { throw .system(error) }
        let first = try line("Password: ", terminal, input, prompt)
        let second = try line("Again (for verification): ", terminal, input, prompt)
        guard first.isSame(as: second) else { throw .passwordsDiffer }
        guard !first.isEmpty else { throw .invalidParameter("the password is empty") }
        return first
    }

    private static func line(
        _ text: String,
        _ terminal: borrowing QuietTerminal,
        _ input: borrowing OwnedDescriptor,
        _ prompt: (String) -> Void
    ) throws(ToolError) -> Secret {
        do {
            repeat { prompt(text) } while try !terminal.waitForLine()
        } catch {
            throw .system(error)
        }
        return trimmed(try bytes(of: input, lineOnly: true))
    }

    private static func password(_ bytes: consuming Secret) throws(ToolError) -> Secret {
        let secret = trimmed(bytes)
        guard !secret.isEmpty else { throw .invalidParameter("the password is empty") }
        return secret
    }

    static func trimmed(_ bytes: consuming Secret) -> Secret {
        let span = bytes.span
        var end = span.count
        if end > 0, span[end - 1] == UInt8(ascii: "\n") { end -= 1 }
        for index in 0..<end where span[index] == 0 {
            end = index
            break
        }
        return Secret(copying: span.extracting(..<end))
    }

    /// Reads up to the end of `input`, or up to the end of a line.
    private static func bytes(of input: borrowing OwnedDescriptor, lineOnly: Bool) throws(ToolError) -> Secret {
        // Room for one byte too many, and a line feed. Allocated in full: an array that grows leaves copies in memory.
        var buffer = [UInt8](repeating: 0, count: maximumLength + 2)
        defer { wipe(buffer.span) }
        var count = 0
        while count < buffer.count {
            let received: Int
            do {
                received = try systemCall("read", on: "standard input") {
                    // SAFETY: the size is that of the rest of the buffer after `count`.
                    unsafe buffer.withUnsafeMutableBytes { bytes in
                        unsafe Glibc.read(input.rawValue, bytes.baseAddress?.advanced(by: count), bytes.count - count)
                    }
                }
            } catch {
                throw .system(error)
            }
            count += received
            if received == 0 || (lineOnly && buffer[count - 1] == UInt8(ascii: "\n")) { break }
        }
        let length = count > 0 && buffer[count - 1] == UInt8(ascii: "\n") ? count - 1 : count
        guard length <= maximumLength else { throw .invalidParameter("the password exceeds \(maximumLength) bytes") }
        return Secret(copying: buffer.span.extracting(..<count))
    }
}

extension Secret {
    /// Whether the bytes are equal; not in constant time, as the same person typed both.
    fileprivate func isSame(as other: borrowing Secret) -> Bool {
        let (mine, others) = (span, other.span)
        guard mine.count == others.count else { return false }
        for index in mine.indices where mine[index] != others[index] { return false }
        return true
    }
}
