import Testing

@testable import Master

@Suite struct FrontendLineTests {
    @Test(
        arguments: [
            ("ready", .ready), ("failed pam: it was told so", .failed(reason: "pam: it was told so")),
            ("kill 12", .kill(12)),
            ("closed 4711", .closed(4711)), ("reload", .reload), ("alive", .alive),
            ("kill 1", nil), ("kill -5", nil), ("kill", nil), ("closed 0", nil), ("closed x", nil), ("", nil),
            ("readyness", nil),
        ] as [(String, FrontendProcess.Message?)]
    )
    func `a line of the frontend is understood or passed over`(line: String, message: FrontendProcess.Message?) {
        #expect(FrontendProcess.Message(line) == message)
    }

    @Test func `what leaves has the time of a request and half a minute`() throws {
        let words = ["-a", "pam", "--timeout", "40", "--request-timeout", "5"]
        guard case .serve(let settings) = try Settings.request(words) else { return #expect(Bool(false)) }
        #expect(Generation.leavingTime(settings.service) == 75_000)
    }
}
