internal import Glibc

/// The command line as it stands in the memory of the process, where ps(1) reads it.
package enum ArgumentVector {
    /// Copies of all words, the first of which is the name that the program was called by.
    package static var words: [[UInt8]] {
        (0..<Int(CommandLine.argc)).map { index in
            // SAFETY: the vector has as many terminated strings as `argc` says.
            guard let word = unsafe CommandLine.unsafeArgv[index] else { return [] }
            let bytes = unsafe UnsafeRawBufferPointer(start: word, count: strlen(word))
            return unsafe [UInt8](bytes)
        }
    }

    /// Overwrites word number `index` with `x` from its byte `offset` on.
    ///
    /// For a password that was copied. Whoever looked before has seen it.
    package static func hide(word index: Int, from offset: Int) {
        // SAFETY: only bytes in front of the terminator are written, and nobody keeps a pointer to them.
        guard index < Int(CommandLine.argc), let word = unsafe CommandLine.unsafeArgv[index] else { return }
        let length = unsafe strlen(word)
        guard offset < length else { return }
        unsafe memset(word + offset, CInt(UInt8(ascii: "x")), length - offset)
    }
}
