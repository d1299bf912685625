/// Finds the name that was probably meant.
enum EditDistance {
    /// The largest distance of a name that was probably meant.
    private static let most = 2

    /// The nearest of `names` with a distance of at most two; `nil` if there is none.
    static func nearest(to name: String, among names: [String]) -> String? {
        let letters = Array(name)
        return names.map { ($0, distance(Array($0), letters)) }.filter { $0.1 <= most }.min { $0.1 < $1.1 }?.0
    }

    /// The edit distance: insertions, deletions and replacements.
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var row = Array(0...other.count)
        for (line, letter) in one.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, against) in other.enumerated() {
                let replaced = diagonal + (letter == against ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[other.count]
    }
}
