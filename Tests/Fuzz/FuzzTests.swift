import Foundation
import TestSupport
import Testing

/// The targets of `make fuzz` with their seeds, and with changed seeds that are the same in every run.
@Suite struct FuzzTests {
    /// How many changed inputs each target gets.
    private static let changes = 6_000

    private static func seeds(of target: FuzzTarget) throws -> [[UInt8]] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
            path: "corpora/\(target.name)"
        )
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.sorted { $0.path < $1.path }.map { try [UInt8](Data(contentsOf: $0)) }
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func `no seed breaks a property, and no changed one`(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let seeds = try Self.seeds(of: target)
        #expect(!seeds.isEmpty, "there are no seeds")
        var random = SeededGenerator(seed: 1)
        for input in seeds + (0..<Self.changes).map({ _ in Self.changed(seeds, &random) }) {
            do { try target.run(input) } catch { Issue.record("\(error), with \(Data(input).base64EncodedString())") }
        }
    }

    /// A seed with bytes changed, removed and inserted, or with the end of another one.
    private static func changed(_ seeds: [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
        var input = seeds.randomElement(using: &random) ?? []
        for _ in 0...Int.random(in: 0...3, using: &random) {
            let place = Int.random(in: 0...input.count, using: &random)
            let byte: UInt8 =
                [0, 1, 0x0A, 0x1E, 0x20, 0x25, 0x3D, 0x5C, 0xFF, .random(in: 0...255, using: &random)]
                .randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<5, using: &random) {
            case 0 where place < input.count: input[place] = byte
            case 1 where place < input.count: input.remove(at: place)
            case 2: input = input[..<place] + (seeds.randomElement(using: &random) ?? []).suffix(40)
            case 3: input.removeSubrange(place..<min(input.count, place + 8))
            default: input.insert(byte, at: place)
            }
        }
        return input
    }
}
