import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: Daemon.Make.available.contains(.reference), "needs root"))
struct RandomRequestsTests {
    /// `Tests/Fuzz/differential` says which differences are meant; with another SEED it sends other requests.
    @Test func `random requests get Cyrus saslauthd's answers`() throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Fuzz/differential").standardized.path
        let programs = URL(fileURLWithPath: Programs.path("saslauthd")).deletingLastPathComponent().path
        let result = try Command("/usr/bin/env", "COUNT=300", script, programs).run()
        #expect(result.status == 0, "\(result.output)\(result.complaints)")
    }
}
