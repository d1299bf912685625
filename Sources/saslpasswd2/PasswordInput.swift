import Authentication
import Glibc
import Platform
import SASLDB

/// Where a password comes from.
enum PasswordInput {
    /// The longest password, which is what the daemon passes on at the most.
    static let maximumLength = 8160

    /// Reads a password: from a terminal twice, with prompts and without echo; else all that there is up to the end.
    ///
    /// One line feed at the end goes, and everything from a zero byte on.
    ///
    /// - Parameters:
    ///   - input: standard input.
    ///   - isPipe: whether a terminal is read without prompts too; one line, then.
    ///   - prompt: writes to standard output.
    /// - Returns: at least one byte.
    /// - Throws: when there is none, when it is too long, when the two differ.
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
        guard !first.isEmpty else { throw .invalidParameter("a password has at least one byte") }
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
        guard !secret.isEmpty else { throw .invalidParameter("a password has at least one byte") }
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

    /// Everything up to the end of `input`, or up to the end of a line.
    private static func bytes(of input: borrowing OwnedDescriptor, lineOnly: Bool) throws(ToolError) -> Secret {
        // One byte more than is allowed, and a line feed: it never grows, so no copy is left behind.
        var buffer = [UInt8](repeating: 0, count: maximumLength + 2)
        defer { wipe(buffer.span) }
        var count = 0
        while count < buffer.count {
            let received: Int
            do {
                received = try systemCall("read", on: "standard input") {
                    // SAFETY: the call is told how many bytes are left behind `count`.
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
        guard length <= maximumLength else { throw .invalidParameter("a password has at most \(maximumLength) bytes") }
        return Secret(copying: buffer.span.extracting(..<count))
    }
}

extension Secret {
    /// Whether the bytes are the same; both came from the person who asks.
    fileprivate func isSame(as other: borrowing Secret) -> Bool {
        let (mine, others) = (span, other.span)
        guard mine.count == others.count else { return false }
        for index in mine.indices where mine[index] != others[index] { return false }
        return true
    }
}
