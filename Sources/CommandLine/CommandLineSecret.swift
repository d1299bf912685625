internal import Platform

/// A password in a value of `-O` on the command line, which users of pam_mysql write as `passwd=`.
package enum CommandLineSecret {
    private static let mark = Array("passwd=".utf8)

    /// Overwrites such passwords in the process's arguments, where ps(1) reads them; returns whether there were any.
    ///
    /// Call it after the arguments were copied. It does not help against earlier readers.
    package static func hide() -> Bool {
        let places = places(in: ArgumentVector.words)
        for place in places { ArgumentVector.hide(word: place.word, from: place.offset) }
        return !places.isEmpty
    }

    /// The words with a password, and the offset at which it begins; it extends to the end of the word.
    static func places(in words: [[UInt8]]) -> [(word: Int, offset: Int)] {
        words.enumerated().compactMap { number, word in
            let starts = 0..<max(0, word.count - mark.count)
            guard let start = starts.first(where: { word[$0...].starts(with: mark) }) else { return nil }
            return (number, start + mark.count)
        }
    }
}
