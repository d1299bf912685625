/// Conventions of getopt(3) that existing command lines rely on.
package enum Getopt {
    /// Splits clusters: `-crn5` becomes `-c`, `-r`, `-n5`.
    ///
    /// Other words, values of options, and all words after `--` are unchanged. `flags` are the letters of options
    /// without a value, `options` those of options with one.
    package static func splitClusters(_ arguments: [String], flags: String, options: String) -> [String] {
        var result: [String] = []
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--" { return result + [word] + rest }
            guard word.hasPrefix("-"), !word.hasPrefix("--"), word.count > 1 else {
                result.append(word)
                continue
            }
            var letters = word.dropFirst()
            while let letter = letters.first, flags.contains(letter) {
                result.append("-\(letter)")
                letters.removeFirst()
            }
            guard let letter = letters.first else { continue }
            result.append("-" + letters)
            if options.contains(letter), letters.count == 1, let value = rest.popFirst() { result.append(value) }
        }
        return result
    }
}
