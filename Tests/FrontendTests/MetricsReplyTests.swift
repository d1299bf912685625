import Testing

@testable import Frontend

@Suite struct MetricsReplyTests {
    @Test func `GET and HEAD of the figures are answered`() {
        let reply = MetricsReply.text(to: "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n") { "a 1\n" }
        #expect(
            reply == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                + "Content-Length: 4\r\nConnection: close\r\n\r\na 1\n"
        )
        let head = MetricsReply.text(to: "HEAD /metrics?x=y HTTP/1.0\r\n\r\n") { "a 1\n" }
        #expect(
            head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.hasSuffix("Content-Length: 4\r\nConnection: close\r\n\r\n")
        )
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", "404 Not Found"), ("POST /metrics HTTP/1.1\r\n\r\n", "405 Method Not Allowed"),
        ("GET /metrics\r\n\r\n", "400 Bad Request"), ("\r\n\r\n", "400 Bad Request"),
        ("GET /metrics HTTP/2\n\n", "400 Bad Request"),
    ])
    func `nothing else is`(request: String, status: String) {
        let reply = MetricsReply.text(to: request) {
            Issue.record("no figures are wanted")
            return ""
        }
        #expect(reply.hasPrefix("HTTP/1.1 \(status)\r\n"))
    }

    @Test func `a head ends with an empty line`() {
        for (text, isWhole) in [
            ("", false), ("GET\r\n", false), ("GET\r\n\r\n", true), ("GET\n\n", true), ("GET\n\r", false),
        ] {
            #expect(MetricsReply.isWhole(Array(text.utf8)) == isWhole)
        }
    }
}
