import Authentication
import Foundation
import Platform
import TestSupport
import Testing

@testable import SASLDB

@Suite struct SASLDBReaderTests {
    let folder: TemporaryFolder
    var path: String { folder.path("sasldb2") }

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `users that Cyrus made are found, others are not`() throws {
        try Cyrus.set("secret one", of: "alice@example.org", in: path)
        try Cyrus.set("secret two", of: "bob@example.net", in: path)
        var reader = SASLDBReader(path: path)
        #expect(try reader.text(of: "alice@example.org") == "secret one")
        #expect(try reader.text(of: "bob@example.net") == "secret two")
        #expect(try reader.text(of: "alice@example.net") == nil)
        #expect(try reader.text(of: "alice@EXAMPLE.ORG") == nil)
        #expect(try reader.text(of: "ALICE@example.org") == nil)
    }

    @Test func `a change by Cyrus is seen at the next look-up`() throws {
        try Cyrus.set("first", of: "alice@example.org", in: path)
        var reader = SASLDBReader(path: path)
        for number in 0..<50 {
            try Cyrus.set("password \(number)", of: "alice@example.org", in: path)
            #expect(try reader.text(of: "alice@example.org") == "password \(number)")
        }
        try Cyrus.delete("alice@example.org", in: path)
        #expect(try reader.text(of: "alice@example.org") == nil)
    }

    @Test func `a file put in the place of another is seen at the next look-up`() throws {
        try Cyrus.set("old", of: "alice@example.org", in: path)
        try Cyrus.set("new", of: "alice@example.org", in: folder.path("other"))
        var reader = SASLDBReader(path: path)
        #expect(try reader.text(of: "alice@example.org") == "old")
        try Command("/bin/mv", folder.path("other"), path).run()
        #expect(try reader.text(of: "alice@example.org") == "new")
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: SASLDBError.missing(path: path)) { try reader.text(of: "alice@example.org") }
    }

    @Test func `while Cyrus adds users, one who is there is always found`() async throws {
        let path = path
        try Cyrus.load(3000, into: path)
        let writer = Task.detached {
            for number in 0..<60 { try Cyrus.set("x\(number)", of: "new\(number)@example.org", in: path) }
        }
        let reading = Task.detached { () throws -> Int in
            var reader = SASLDBReader(path: path)
            var wrong = 0
            for number in 0..<20_000 {
                let digits = String(String(100_000 + number * 7 % 3000).dropFirst())
                if try reader.text(of: "user\(digits)@example.org") != "password\(digits)" { wrong += 1 }
            }
            return wrong
        }
        try await writer.value
        #expect(try await reading.value == 0)
        #expect(try Cyrus.users(in: path).count == 3060)
    }

    @Test func `keys are listed in the order in which Cyrus lists them`() throws {
        try Cyrus.load(300, into: path)
        try Cyrus.set("x", of: "a@b@c", in: path)
        var reader = SASLDBReader(path: path)
        let (keys, malformed) = try reader.keys()
        #expect(keys.map { String(decoding: $0.line, as: UTF8.self) } == (try Cyrus.users(in: path)))
        #expect(malformed == 0)
    }

    @Test func `long values are read whole and overlong ones refused`() throws {
        var reader = SASLDBReader(path: path)
        for length in [511, 512, 513, 1024, 8160, 65536] {
            let value = String(repeating: "x", count: length)
            try SASLDBWriter(path: path).set(Secret(value), of: SASLDBUser("alice@example.org"))
            #expect(try reader.text(of: "alice@example.org") == value)
        }
        let value = String(repeating: "x", count: 65537)
        try SASLDBWriter(path: path).set(Secret(value), of: SASLDBUser("alice@example.org"))
        #expect(throws: SASLDBError.damaged(path: path)) { try reader.text(of: "alice@example.org") }
    }

    @Test func `opening needs the rights, looking up does not`() throws {
        try Cyrus.set("secret", of: "alice@example.org", in: path)
        var reader = SASLDBReader(path: path)
        try reader.open()
        #expect(try reader.text(of: "alice@example.org") == "secret")
    }
}

@Suite struct UnusableFileTests {
    let folder: TemporaryFolder
    var path: String { folder.path("sasldb2") }

    init() throws {
        folder = try TemporaryFolder()
    }

    func error() -> SASLDBError? {
        var reader = SASLDBReader(path: path)
        do {
            _ = try reader.text(of: "alice@example.org")
            return nil
        } catch {
            return error
        }
    }

    @Test func `a missing file says how to make one`() {
        #expect(error() == .missing(path: path))
        #expect("\(SASLDBError.missing(path: "/x"))" == "/x does not exist; create it with saslpasswd2(8)")
    }

    @Test func `a folder and a FIFO are no files`() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(error() == .notAFile(path: path))
        try FileManager.default.removeItem(atPath: path)
        try Command("/usr/bin/mkfifo", path).run()
        #expect(error() == .notAFile(path: path))
    }

    @Test(
        arguments: [
            ([], SASLDBFormat.empty), (Array("garbage".utf8), .unknown),
            ([0xCF, 0x9A, 0x57, 0x13] + Array(repeating: 0, count: 4096), .gdbm),
            (Array(repeating: 0, count: 16) + [0xDE, 0xC0, 0xEF, 0xBE] + Array(repeating: 0, count: 4096), .lmdb),
        ] as [([UInt8], SASLDBFormat)]
    )
    func `a file of another format is named as that`(content: [UInt8], format: SASLDBFormat) throws {
        try Data(content).write(to: URL(fileURLWithPath: path))
        #expect(error() == .wrongFormat(path: path, format))
    }

    @Test func `a file cut anywhere is an error or the truth`() throws {
        try Cyrus.load(400, into: folder.path("whole"))
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.path("whole")))
        for length in stride(from: 1, to: whole.count, by: 997) {
            try whole[..<length].write(to: URL(fileURLWithPath: path))
            var reader = SASLDBReader(path: path)
            let found = try? reader.text(of: "user00123@example.org")
            #expect(found == nil || found == "password00123")
        }
    }

    @Test(arguments: 0..<8)
    func `a damaged file never gives another password`(seed: UInt64) throws {
        try Cyrus.load(200, into: folder.path("whole"))
        let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path("whole"))))
        let passwords = Set((0..<200).map { "password\(String(100_000 + $0).dropFirst())" })
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            var damaged = whole
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                damaged[Int.random(in: 0..<damaged.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            try Data(damaged).write(to: URL(fileURLWithPath: path))
            var reader = SASLDBReader(path: path)
            for number in 0..<5 {
                // Bytes of the value itself or of its bounds may be among those that changed.
                let found = try? reader.text(of: "user0012\(number)@example.org")
                #expect(found == "password0012\(number)" || found.map(passwords.contains) != true)
            }
        }
    }
}
