package import Authentication

/// A mechanism and its option.
package struct MechanismSettings: Hashable, Sendable {
    package let route: Route
    /// The value of its `-O`; empty without one.
    package internal(set) var option = ""

    package var name: PluginName { route.mechanism }

    /// The mechanisms among checked options, in the order in which they are asked.
    ///
    /// An `-O` belongs to the `-a` before it; before any `-a`, it belongs to the first. The last `-O` of a mechanism
    /// counts.
    static func all(in occurrences: [Occurrence]) -> [MechanismSettings] {
        var mechanisms: [MechanismSettings] = []
        var first: String?
        for occurrence in occurrences {
            guard let text = occurrence.text else { continue }
            if occurrence.row.name == OptionTable.all.mechanismWords.row.name, let route = Route(optionText: text) {
                mechanisms.append(MechanismSettings(route: route, option: mechanisms.isEmpty ? first ?? "" : ""))
            } else if occurrence.row.name == OptionTable.all.mechanismOptionWords.row.name {
                if mechanisms.isEmpty { first = text } else { mechanisms[mechanisms.count - 1].option = text }
            }
        }
        return mechanisms
    }
}
