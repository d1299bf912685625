import Foundation
import TestSupport
import Testing

@testable import SASLDB

/// Invalid first pages.
@Suite struct HashMetadataTests {
    let folder: TemporaryFolder
    var path: String { folder.path("sasldb2") }

    init() throws {
        folder = try TemporaryFolder()
        try Cyrus.load(300, into: path)
    }

    private var page: [UInt8] {
        get throws { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
    }

    private func problem(_ bytes: [UInt8], size: Int? = nil) -> HashMetadata.Problem? {
        do throws(HashMetadata.Problem) {
            try HashMetadata.check(bytes.span, size: size ?? bytes.count)
            return nil
        } catch {
            return error
        }
    }

    /// A page with the `word` at `offset`.
    private static func changed(_ page: [UInt8], _ offset: Int, _ word: UInt32) -> [UInt8] {
        var page = page
        for index in 0..<4 { page[offset + index] = UInt8(truncatingIfNeeded: word >> (8 * UInt32(index))) }
        return page
    }

    @Test func `files of Cyrus and Berkeley DB are valid, in either byte order`() throws {
        #expect(try problem(page) == nil)
        let small = folder.path("small")
        try Cyrus.set("secret", of: "alice@example.org", in: small)
        #expect(problem(Array(try Data(contentsOf: URL(fileURLWithPath: small)))) == nil)
        for order in ["1234", "4321"] {
            for size in [512, 4096, 65536] {
                let load =
                    "VERSION=3\nformat=print\ntype=hash\ndb_lorder=\(order)\ndb_pagesize=\(size)\nHEADER=END\n a\n b\nDATA=END\n"
                let path = folder.path("\(order)-\(size)")
                try Command("/usr/bin/db5.3_load", path).run(input: load)
                #expect(problem(Array(try Data(contentsOf: URL(fileURLWithPath: path)))) == nil)
            }
        }
    }

    @Test(
        arguments: [
            (12, 0x0005_3162, .damaged), (8, 1, .damaged), (16, 6, .damaged), (16, 11, .damaged), (20, 0, .damaged),
            (20, 256, .damaged),
            (20, 5000, .damaged), (20, 131_072, .damaged), (20, 0xFFFF_FFFF, .damaged), (32, 0xFFFF_FFFF, .damaged),
            (32, 1000, .damaged), (28, 0xFFFF_FFFF, .damaged), (24, 0x0900, .damaged), (24, 0x0000_0801, .encrypted),
            (24, 0x0002_0800, .partitioned), (24, 0x0004_0800, .partitioned), (24, 0x0008_0800, .damaged),
            (36, 1, .partitioned), (36, 1_000_000, .partitioned), (36, 0xFFFF_FFFF, .partitioned),
        ] as [(Int, UInt32, HashMetadata.Problem)]
    )
    func `a single invalid word is detected`(offset: Int, word: UInt32, expected: HashMetadata.Problem) throws {
        #expect(problem(Self.changed(try page, offset, word)) == expected)
    }

    @Test(arguments: [0, 1, 3, 5, 8, 9, 10, 14, 15, 16, 255] as [UInt8])
    func `a page of another access method is detected before Berkeley DB sees it`(type: UInt8) throws {
        var bytes = try page
        bytes[4096 + 25] = type
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let expected: SASLDBError? = type == 0 ? nil : .damaged(path: path)
        var found: SASLDBError?
        do throws(SASLDBError) { try SASLDBFormat.check(path: path) } catch { found = error }
        #expect(found == expected)
    }

    @Test func `a file that ends before its last page, or in its first, is damaged`() throws {
        let page = try page
        let last = Int(page[32]) | Int(page[33]) << 8
        #expect(problem(page, size: last * 4096 + 4095) == .damaged)
        #expect(problem(page, size: (last + 1) * 4096) == nil)
        for count in 0..<HashMetadata.length { #expect(problem(Array(page[..<count]), size: page.count) == .damaged) }
    }

    @Test(
        .enabled(if: Sanitizer.current == nil, "a sanitizer reserves more addresses than the programs may have"),
        arguments: [1_000, 1_000_000, UInt32.max]
    )
    func `the tools refuse a file with partitions at once`(partitions: UInt32) throws {
        var bytes = Self.changed(try page, 36, partitions)
        bytes[26] = 2
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        // With so little memory, allocating partitions would fail.
        let limit = ["--as=200000000", "--cpu=5"]
        let reason =
            "\(path) is a Berkeley DB hash with partitions; expected a Berkeley DB hash as made by saslpasswd2(8)\n"
        let list = try Command("/usr/bin/prlimit", limit + [Programs.path("sasldblistusers2"), path]).run()
        #expect(list.status == 1 && list.complaints == "listusers failed: " + reason)
        let set = try Command(
            "/usr/bin/prlimit",
            limit + [Programs.path("saslpasswd2"), "-p", "-f", path, "alice@example.org"]
        ).run(input: "secret")
        #expect(set.status == 1 && set.complaints == "saslpasswd2: generic failure: " + reason)
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: path))) == bytes)
    }

    @Test func `the memory limit grows with the file, up to a maximum`() {
        #expect(SASLDBMemory.bytes(forSize: 0) == 512 << 20)
        #expect(SASLDBMemory.bytes(forSize: 1 << 20) == 520 << 20)
        #expect(SASLDBMemory.bytes(forSize: 1 << 40) == 8 << 30)
        #expect(SASLDBMemory.bytes(forSize: .max) == 8 << 30)
    }
}
