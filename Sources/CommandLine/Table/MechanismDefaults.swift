package import Authentication

extension MechanismTraits {
    /// A default that depends on the mechanism, as text: "90 for pam, 30 for others".
    ///
    /// The most frequent value is the one for others. Plugins are listed if they differ from it.
    package static func defaults(_ value: (MechanismTraits) -> Int) -> String {
        let values = table.map { (name: $0.name, value: value($0)) } + [(name: "plugins", value: value(foreign))]
        let counts = Dictionary(grouping: values, by: \.value).mapValues(\.count)
        let usual = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? value(foreign)
        let exceptions = counts.keys.filter { $0 != usual }.sorted().map { other in
            "\(other) for \(list(values.filter { $0.value == other }.map(\.name)))"
        }
        return (exceptions + ["\(usual)" + (exceptions.isEmpty ? "" : " for others")]).joined(separator: ", ")
    }

    private static func list(_ names: [String]) -> String {
        guard names.count > 1, let last = names.last else { return names.joined() }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
