internal import Authentication
internal import Options

/// One mechanism that is asked, and what it is told.
struct MechanismSettings: Hashable, Sendable {
    let route: Route
    /// The text of its `-O`, empty where there was none.
    let option: String

    var name: PluginName { route.mechanism }

    /// Reads the mechanisms out of a command line that was understood, clusters taken apart, in the order in which they are asked.
    ///
    /// An `-O` belongs to the `-a` before it, or to the first; of several for one mechanism the last counts.
    static func all(in words: [String]) throws(Settings.UsageError) -> [MechanismSettings] {
        let (names, options) = scan(words)
        guard !names.isEmpty else { throw Settings.UsageError("no authentication mechanism specified") }
        var mechanisms: [MechanismSettings] = []
        for (number, name) in names.enumerated() {
            guard let route = Route(argument: name) else {
                throw Settings.UsageError(complaint(name), showsUsage: false)
            }
            mechanisms.append(MechanismSettings(route: route, option: options[number] ?? ""))
        }
        return mechanisms
    }

    /// Whether words, clusters taken apart, name a mechanism.
    static func areNamed(in words: [String]) -> Bool { !scan(words).names.isEmpty }

    /// The values of `-a`, and those of `-O` by the number of the `-a` that they belong to.
    private static func scan(_ words: [String]) -> (names: [String], options: [Int: String]) {
        var names: [String] = []
        var options: [Int: String] = [:]
        var rest = words[...]
        while let word = rest.popFirst(), word != "--" {
            switch word.prefix(2) {
            case "-a": if let name = value(of: word, &rest) { names.append(name) }
            case "-O": options[max(0, names.count - 1)] = value(of: word, &rest)
            case "-m", "-n", "-s", "-t": _ = value(of: word, &rest)
            default: break
            }
        }
        return (names, options)
    }

    private static func complaint(_ name: String) -> String {
        guard let colon = name.firstIndex(of: ":"), PluginName(String(name[..<colon])) != nil else {
            return "unknown authentication mechanism: \(name)"
        }
        return "-a \(name): behind the colon stand realm=NAME, service=NAME, or both with a comma between them"
    }

    private static func value(of word: String, _ rest: inout ArraySlice<String>) -> String? {
        word.count > 2 ? String(word.dropFirst(2)) : rest.popFirst()
    }
}
