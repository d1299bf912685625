internal import Authentication
internal import Glibc
internal import JSON
internal import Logging

/// One log line with its parts, in each of its formats.
struct LogRecord {
    let level: Logger.Level
    let message: String
    let fields: Logger.Metadata

    /// The name before the text, for logs that show names.
    var function: String? { fields[SystemLog.functionKey].map { "\($0)" } }

    /// Whether it reports the verdict on a login.
    var isDecision: Bool { function == "do_auth" }

    /// The severity number of syslog(3).
    var severity: CInt {
        switch level {
        case .trace, .debug: LOG_DEBUG
        case .info: LOG_INFO
        case .notice: LOG_NOTICE
        case .warning: LOG_WARNING
        case .error: LOG_ERR
        case .critical: LOG_CRIT
        }
    }

    /// The message with line breaks and control characters escaped.
    var line: String { PlainText.of(message) }

    /// The fields without the function, sorted by name.
    var parts: [(name: String, value: Logger.MetadataValue)] {
        fields.filter { $0.key != SystemLog.functionKey }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// A JSON object with the time, the level, and the fields or, without fields, the message.
    func json(time: String, pid: pid_t) -> String {
        var object = JSONObject()
        object.add("time", time)
        object.add("level", "\(level)")
        object.add("pid", pid)
        let parts = parts
        if parts.isEmpty { object.add("message", message) }
        for part in parts {
            switch part.value {
            case .stringConvertible(let value as any BinaryInteger): object.add(part.name, value)
            case .stringConvertible(let value as Bool): object.add(part.name, value)
            default: object.add(part.name, "\(part.value)")
            }
        }
        return object.description
    }

    /// The current time in RFC 3339 format with milliseconds.
    static func now() -> String {
        var time = timespec()
        // SAFETY: the call fills this one variable.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        // SAFETY: zeros are valid for all members, and the call below fills them.
        var fields = unsafe tm()
        var text = [CChar](repeating: 0, count: 32)
        // SAFETY: the call gets the length of the buffer; the format makes 19 characters.
        unsafe gmtime_r(&time.tv_sec, &fields)
        let length = unsafe strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &fields)
        let seconds = String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let milliseconds = String(1000 + time.tv_nsec / 1_000_000).dropFirst()
        return "\(seconds).\(milliseconds)Z"
    }
}
