internal import Authentication

extension Route {
    /// Why a value of `-a` is invalid.
    @Sendable static func complaint(_ name: String) -> String? {
        guard Route(optionText: name) == nil else { return nil }
        guard let colon = name.firstIndex(of: ":"), PluginName(String(name[..<colon])) != nil else {
            return "unknown authentication mechanism: \(name)"
        }
        return "-a \(name): expected realm=NAME or service=NAME after the colon, or both separated by a comma"
    }
}
