internal import Authentication

extension Route {
    /// What is wrong with a word behind `-a`.
    @Sendable static func complaint(_ name: String) -> String? {
        guard Route(optionText: name) == nil else { return nil }
        guard let colon = name.firstIndex(of: ":"), PluginName(String(name[..<colon])) != nil else {
            return "unknown authentication mechanism: \(name)"
        }
        return "-a \(name): behind the colon stand realm=NAME, service=NAME, or both with a comma between them"
    }
}
