package import Authentication

/// One mechanism that is asked, and what it is told.
package struct MechanismSettings: Hashable, Sendable {
    package let route: Route
    /// The text of its `-O`, empty where there was none.
    package internal(set) var option = ""

    package var name: PluginName { route.mechanism }

    /// The mechanisms among options that were checked, in the order in which they are asked.
    ///
    /// An `-O` belongs to the `-a` before it, or to the first; of several for one mechanism the last counts.
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
