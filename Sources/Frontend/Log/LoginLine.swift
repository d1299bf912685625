internal import Authentication
internal import Logging

/// A line about one login.
///
/// Its text, its fields in the journal and its JSON are made of the parts in `LogPart.all`.
struct LoginLine: Sendable {
    /// With what the text begins.
    var heading: String
    let subject: AuditLog.Subject
    /// How the request was decided, as a field.
    var result: String?
    var mechanism: PluginName?
    var reason: String?
    var timing: Timing?
    var isCached = false
    /// What stands in the text behind the parts.
    var tail = ""

    /// The text: the heading, and the parts that there are, each in brackets with its label.
    func text(isBrief: Bool) -> String {
        var text = heading
        text.reserveCapacity(Self.usualLength)
        text += ":"
        for part in LogPart.all {
            guard let label = part.label, let value = part.value(self) else { continue }
            let isLeftOut =
                switch part.presence {
                case .always: false
                case .unlessEmpty: value.isEmpty
                case .unlessBrief: isBrief
                }
            guard !isLeftOut else { continue }
            text += " ["
            text += label
            text += "="
            value.append(to: &text)
            text += "]"
        }
        text += tail
        return text
    }

    /// In bytes; longer ones cost another copy.
    private static let usualLength = 240

    /// The parts that are fields, by their names.
    var fields: Logger.Metadata {
        var fields: Logger.Metadata = [:]
        for part in LogPart.all {
            if let field = part.field, let value = part.value(self) { fields[field] = value.metadata }
        }
        return fields
    }
}
