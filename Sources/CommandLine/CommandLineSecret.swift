internal import Platform

/// A password among the settings behind `-O`, as it stands on the command line of pam_mysql's users.
package enum CommandLineSecret {
    private static let mark = Array("passwd=".utf8)

    /// Overwrites passwords where ps(1) reads them; says whether there was one.
    ///
    /// For when the words were copied. Whoever looked before has seen them.
    package static func hide() -> Bool {
        let places = places(in: ArgumentVector.words)
        for place in places { ArgumentVector.hide(word: place.word, from: place.offset) }
        return !places.isEmpty
    }

    /// The words that hold a password, and where it begins; what stands behind it in the same word goes with it.
    static func places(in words: [[UInt8]]) -> [(word: Int, offset: Int)] {
        words.enumerated().compactMap { number, word in
            let starts = 0..<max(0, word.count - mark.count)
            guard let start = starts.first(where: { word[$0...].starts(with: mark) }) else { return nil }
            return (number, start + mark.count)
        }
    }
}
