import Foundation
import TestSupport
import Testing

/// The program that compares answers for users who exist with those for users who do not.
@Suite struct ExistenceTests {
    @Test func `a difference in time or length is found, and none where there is none`() throws {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized
        let script = root.appendingPathComponent("Tests/Benchmarks/existence_test.py").path
        // Without a cache of it in the folder.
        let result = try Command("/usr/bin/python3", "-B", script).run()
        #expect(result.status == 0, "\(result.complaints)")
    }
}
