/// The subset of HTTP/1.1, RFC 9112, that a monitor needs to fetch metrics: one GET per connection.
///
/// A server library would bring its own event loop, for a request without body, options or state.
enum MetricsReply {
    /// Whether the whole head of a request has arrived.
    static func isWhole(_ bytes: [UInt8]) -> Bool {
        bytes.reversed().starts(with: "\n\r\n\r".utf8) || bytes.reversed().starts(with: "\n\n".utf8)
    }

    /// The reply to a request, with the result of `metrics` if it asks for that.
    static func text(to request: String, metrics: () -> String) -> String {
        let words = request.prefix { !$0.isNewline }.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return reply("400 Bad Request", "not HTTP/1.1\n") }
        let target = words[1].prefix { $0 != "?" }
        guard target == "/metrics" else { return reply("404 Not Found", "metrics are at /metrics\n") }
        switch words[0] {
        case "GET": return reply("200 OK", metrics(), type: StatusReport.metricsType)
        case "HEAD": return head("200 OK", length: metrics().utf8.count, type: StatusReport.metricsType)
        default: return reply("405 Method Not Allowed", "only GET\n", further: "Allow: GET, HEAD\r\n")
        }
    }

    private static func reply(
        _ status: String,
        _ body: String,
        type: String = "text/plain; charset=utf-8",
        further: String = ""
    ) -> String {
        head(status, length: body.utf8.count, type: type, further: further) + body
    }

    private static func head(_ status: String, length: Int, type: String, further: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(length)\r\n\(further)Connection: close\r\n\r\n"
    }
}
