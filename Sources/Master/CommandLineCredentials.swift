internal import Platform

/// Passwords in the text of `-O`, as pam_mysql's settings hold them.
enum CommandLineCredentials {
    private static let name = Array("passwd=".utf8)

    /// Whether `option` holds one.
    static func areIn(_ option: String) -> Bool {
        offset(in: Array(option.utf8)) != nil
    }

    /// Overwrites them where ps(1) reads the command line; whoever looked before has seen them.
    static func hide() {
        for (index, word) in ArgumentVector.words.enumerated() {
            if let offset = offset(in: word) { ArgumentVector.hide(word: index, from: offset) }
        }
    }

    /// Where the first one begins in a word of the command line.
    ///
    /// What stands behind it is hidden as well: nothing says where a password ends that its user has quoted.
    static func offset(in word: [UInt8]) -> Int? {
        guard word.count >= name.count else { return nil }
        for start in 0...word.count - name.count where word[start..<start + name.count].elementsEqual(name) {
            return start + name.count
        }
        return nil
    }
}
