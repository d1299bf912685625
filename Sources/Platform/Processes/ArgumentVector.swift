internal import Glibc

/// The command line in the memory of the process, where ps(1) reads it.
package enum ArgumentVector {
    /// Copies of all words, beginning with the program's name.
    package static var words: [[UInt8]] {
        (0..<Int(CommandLine.argc)).map { index in
            // SAFETY: the vector has `argc` null-terminated strings.
            guard let word = unsafe CommandLine.unsafeArgv[index] else { return [] }
            let bytes = unsafe UnsafeRawBufferPointer(start: word, count: strlen(word))
            return unsafe [UInt8](bytes)
        }
    }

    /// Overwrites word number `index` with `x` from its byte `offset` on.
    ///
    /// For a password that was copied. It does not help against earlier readers.
    package static func hide(word index: Int, from offset: Int) {
        // SAFETY: only bytes before the terminator are written, and nobody keeps a pointer to them.
        guard index < Int(CommandLine.argc), let word = unsafe CommandLine.unsafeArgv[index] else { return }
        let length = unsafe strlen(word)
        guard offset < length else { return }
        unsafe memset(word + offset, CInt(UInt8(ascii: "x")), length - offset)
    }
}
