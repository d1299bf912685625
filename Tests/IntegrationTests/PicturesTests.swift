import Foundation
import TestSupport
import Testing

/// The pictures of what the benchmarks measure.
@Suite struct PicturesTests {
    @Test func `pictures are well-formed, within their axes, and those of the figures that are kept with them`() throws
    {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized
        let script = root.appendingPathComponent("Tests/Benchmarks/pictures_test.py").path
        // Without a cache of it in the folder.
        let result = try Command("/usr/bin/python3", "-B", script).run()
        #expect(result.status == 0, "\(result.complaints)")
    }
}
