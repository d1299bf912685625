internal import ArgumentParser
package import Authentication

/// What follows `-a`: a mechanism, and for which requests it is asked: `mysql`, `mysql:realm=example.org`,
/// `pam:service=imap,realm=example.org`.
package struct Route: ExpressibleByArgument, Hashable, Sendable, CustomStringConvertible {
    package let mechanism: PluginName
    /// The only realm for which it is asked, in small letters; `nil` for all.
    ///
    /// The empty one is that of logins without any.
    package let realm: ByteString?
    /// The only service for which it is asked; `nil` for all.
    package let service: ByteString?

    package init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
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

    /// Whether the mechanism is asked about a request; names of realms are alike in capital and small letters.
    package func fits(realm: ByteString, service: ByteString) -> Bool {
        (self.realm == nil || self.realm == realm.lowercasedASCII) && (self.service == nil || self.service == service)
    }

    package var description: String {
        let conditions = realm.map { ["realm=\($0.text)"] } ?? []
        let all = conditions + (service.map { ["service=\($0.text)"] } ?? [])
        return mechanism.text + (all.isEmpty ? "" : ":" + all.joined(separator: ","))
    }
}

/// After which refusals the next mechanism is asked, where several are.
package enum NextPolicy: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// When the user is unknown to the one before.
    case unknown
    /// After any.
    case refused

    /// Whether the next mechanism is asked after a verdict.
    package func goesOn(after verdict: Verdict) -> Bool {
        switch (verdict, self) {
        case (.refused(.unknownUser), _), (.refused, .refused): true
        case (.refused, .unknown), (.accepted, _), (.unavailable, _): false
        }
    }
}
