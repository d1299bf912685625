internal import Authentication
internal import Logging
internal import Platform

/// A part of the lines about logins, with its names and its place.
struct LogPart: Sendable {
    /// The name in the text, `[label=value]`; `nil` for a part that is only a field.
    let label: String?
    /// The name in JSON and, in capital letters after `SASLAUTHD_`, in the journal; `nil` for a part of the text only.
    let field: String?
    /// When the text contains it.
    let presence: Presence
    /// Its value in a line; `nil` if the line has no such part.
    let value: @Sendable (LoginLine) -> Value?

    enum Presence: Sendable {
        case always
        case unlessEmpty
        /// Not in lines that end as in old releases.
        case unlessBrief
    }

    /// All parts, in the order of the text.
    ///
    /// Log watchers match the text up to the client's address, so add new parts after that.
    static let all: [LogPart] = [
        LogPart("user", field: "login") { .bytes($0.subject.login) },
        LogPart("service", field: "service") { .bytes($0.subject.service) },
        LogPart("realm", field: "realm") { .bytes($0.subject.realm) },
        LogPart("mech", field: "mechanism") { $0.mechanism.map { .text($0.text) } },
        LogPart("reason", field: "reason") { $0.reason.map { .text($0) } },
        LogPart("remote", field: "remote", .unlessEmpty) { .bytes($0.subject.remote) },
        LogPart("peer", field: "peer_pid", .unlessBrief) { $0.subject.peer.map { .number(Int($0.pid)) } },
        LogPart("ms", .unlessBrief) { $0.timing.map { .number($0.total) } },
        LogPart(field: "peer_uid") { $0.subject.peer.map { .number(Int($0.uid)) } },
        LogPart(field: "queue_ms") { .number($0.timing?.queue ?? 0) },
        LogPart(field: "mechanism_ms") { .number($0.timing?.mechanism ?? 0) },
        LogPart(field: "result") { $0.result.map { .text($0) } },
        LogPart(field: "cached") { .flag($0.isCached) },
    ]

    private init(
        _ label: String? = nil,
        field: String? = nil,
        _ presence: Presence = .always,
        _ value: @escaping @Sendable (LoginLine) -> Value?
    ) {
        self.label = label
        self.field = field
        self.presence = presence
        self.value = value
    }
}

extension LogPart {
    /// The value of a part, with its text and field forms.
    enum Value {
        /// Bytes from a client; the text escapes brackets, a field does not.
        case bytes(ByteString)
        /// A text without brackets from a client.
        case text(String)
        case number(Int)
        case flag(Bool)

        var isEmpty: Bool {
            switch self {
            case .bytes(let bytes): bytes.isEmpty
            case .text(let text): text.isEmpty
            case .number, .flag: false
            }
        }

        func append(to line: inout String) {
            switch self {
            case .bytes(let bytes): if !bytes.isEmpty { line += bytes.description }
            case .text(let text): line += text
            case .number(let number): line += String(number)
            case .flag(let flag): line += flag ? "true" : "false"
            }
        }

        var metadata: Logger.MetadataValue {
            switch self {
            case .bytes(let bytes): .string(bytes.text)
            case .text(let text): .string(text)
            case .number(let number): .stringConvertible(number)
            case .flag(let flag): .stringConvertible(flag)
            }
        }
    }
}
