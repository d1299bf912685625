package import Authentication

/// The value of `-a`: a mechanism and the requests for which it is asked, such as `mysql`, `mysql:realm=example.org` or
/// `pam:service=imap,realm=example.org`.
package struct Route: OptionWord, CustomStringConvertible {
    package let mechanism: PluginName
    /// The only realm for which it is asked, in small letters; `nil` for all.
    ///
    /// The empty realm is that of logins without one.
    package let realm: ByteString?
    /// The only service for which it is asked; `nil` for all.
    package let service: ByteString?

    package init?(optionText text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = PluginName(String(parts[0])) else { return nil }
        mechanism = name
        var conditions: [String: ByteString] = [:]
        let rest = parts.dropFirst().first?.split(separator: ",", omittingEmptySubsequences: false)
        for condition in rest ?? [] {
            let sides = condition.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, ["realm", "service"].contains(sides[0]),
                conditions.updateValue(ByteString(String(sides[1])), forKey: String(sides[0])) == nil
            else { return nil }
        }
        realm = conditions["realm"]?.lowercasedASCII
        service = conditions["service"]
    }

    /// Whether the mechanism is asked about a request; the realm is compared without regard to case.
    package func fits(realm: ByteString, service: ByteString) -> Bool {
        (self.realm == nil || self.realm == realm.lowercasedASCII) && (self.service == nil || self.service == service)
    }

    package var optionText: String { description }

    package var description: String {
        let conditions = realm.map { ["realm=\($0.text)"] } ?? []
        let all = conditions + (service.map { ["service=\($0.text)"] } ?? [])
        return mechanism.text + (all.isEmpty ? "" : ":" + all.joined(separator: ","))
    }
}
