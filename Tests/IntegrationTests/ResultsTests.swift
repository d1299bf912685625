import Foundation
import TestSupport
import Testing

/// The table of what the benchmarks measure.
@Suite struct ResultsTests {
    @Test func `rows below their floors are marked and fail, and the stored table is that of its rows`() throws {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized
        let script = root.appendingPathComponent("Tests/Benchmarks/results_test.py").path
        // Without a cache of it in the folder.
        let result = try Command("/usr/bin/python3", "-B", script).run()
        #expect(result.status == 0, "\(result.complaints)")
    }
}
