import CommandLine
import Testing

@testable import Master

@Suite struct GenerationTests {
    @Test func `what leaves has the time of a request and half a minute`() throws {
        let words = ["-a", "pam", "--timeout", "40", "--request-timeout", "5"]
        guard case .serve(let settings) = try Settings.request(words) else { return #expect(Bool(false)) }
        #expect(Generation.leavingTime(settings.service) == 75_000)
    }
}
