internal import Authentication
internal import Logging

/// A line about one login.
///
/// Its text, its journal fields and its JSON form are made from `LogPart.all`.
struct LoginLine: Sendable {
    /// The beginning of the text.
    var heading: String
    let subject: AuditLog.Subject
    /// The verdict, as a field.
    var result: String?
    var mechanism: PluginName?
    var reason: String?
    var timing: Timing?
    var isCached = false
    /// The end of the text, after the parts.
    var tail = ""

    /// The text: the heading, then each existing part in brackets with its label.
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

    /// In bytes; a longer text needs another allocation.
    private static let usualLength = 240

    /// The parts that are fields, by name.
    var fields: Logger.Metadata {
        var fields: Logger.Metadata = [:]
        for part in LogPart.all {
            if let field = part.field, let value = part.value(self) { fields[field] = value.metadata }
        }
        return fields
    }
}
