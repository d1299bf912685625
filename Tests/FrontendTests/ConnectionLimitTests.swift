import Testing

@testable import Frontend

@Suite struct ConnectionLimitTests {
    @Test(arguments: [(8, 1 << 20, 8), (10_000, 1024, 512), (10_000, 512, 170), (10_000, 511, 170), (10_000, 64, 21)])
    func `clients leave descriptors for everything else`(asked: Int, descriptors: Int, expected: Int) {
        #expect(ConnectionLimit.connections(asked: asked, descriptors: descriptors) == expected)
    }
}
