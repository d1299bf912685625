import Authentication
import Foundation
import Platform
import TestSupport
import Testing

@testable import SASLDB

@Suite struct SASLDBWriterTests {
    let folder: TemporaryFolder
    var path: String { folder.path("sasldb2") }
    var writer: SASLDBWriter { SASLDBWriter(path: path) }
    static let alice = SASLDBUser("alice@example.org")

    init() throws {
        folder = try TemporaryFolder()
    }

    var others: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0 != "sasldb2" } }
    }

    @Test func `Cyrus reads the written password, and other entries are kept`() throws {
        try Cyrus.set("theirs", of: "bob@example.org", in: path)
        for number in 0..<300 { try writer.set(Secret("p\(number)"), of: SASLDBUser("user\(number)@example.org")) }
        let expected = (0..<300).map { "user\($0)@example.org: userPassword" } + ["bob@example.org: userPassword"]
        #expect(try Cyrus.users(in: path).sorted() == expected.sorted())
        #expect(try Cyrus.verifies(path))
        try Cyrus.set("theirs again", of: "user7@example.org", in: path)
        var reader = SASLDBReader(path: path)
        #expect(try reader.text(of: "user7@example.org") == "theirs again")
        #expect(try reader.text(of: "user8@example.org") == "p8")
        #expect(try reader.text(of: "bob@example.org") == "theirs")
        #expect(try others == [])
    }

    @Test func `a new file is for its owner and group alone`() throws {
        try writer.set(Secret("secret"), of: Self.alice)
        #expect(try FileStatus(of: path).permissions == 0o640)
        #expect(try Cyrus.users(in: path) == ["alice@example.org: userPassword"])
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func `owner, group and mode are kept`() throws {
        try writer.set(Secret("secret"), of: Self.alice)
        try #require(Command("/bin/chown", "1234:5678", path).run().status == 0)
        try #require(Command("/bin/chmod", "0660", path).run().status == 0)
        let before = try FileStatus(of: path)
        try writer.set(Secret("other"), of: Self.alice)
        let after = try FileStatus(of: path)
        #expect(after.owner == 1234 && after.group == 5678 && after.permissions == before.permissions)
        #expect(after.inode != before.inode)
    }

    @Test func `a symbolic link is kept`() throws {
        let link = folder.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "sasldb2")
        try SASLDBWriter(path: link).set(Secret("secret"), of: Self.alice)
        try SASLDBWriter(path: link).set(Secret("secret"), of: SASLDBUser("bob@example.org"))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "sasldb2")
        #expect(try Cyrus.users(in: path).count == 2)
    }

    @Test func `a file with two names is changed in place`() throws {
        try writer.set(Secret("secret"), of: Self.alice)
        try FileManager.default.linkItem(atPath: path, toPath: folder.path("twin"))
        let before = try FileStatus(of: path)
        try writer.set(Secret("secret"), of: SASLDBUser("bob@example.org"))
        #expect(try FileStatus(of: path).isSameFile(as: before))
        #expect(try Cyrus.users(in: folder.path("twin")).count == 2)
        #expect(try Cyrus.verifies(path))
    }

    @Test func `removing deletes all properties of a user and none of others`() throws {
        let load = """
            VERSION=3\nformat=print\ntype=hash\nHEADER=END
             alice\\00example.org\\00userPassword\n x\n alice\\00example.org\\00cmusaslsecretPLAIN\n x
             alice\\00example.org\\00cmusaslsecretOTP\n x\n alice\\00example.net\\00userPassword\n x\nDATA=END\n
            """
        try #require(Command("/usr/bin/db5.3_load", path).run(input: load).status == 0)
        try writer.removeObsolete(of: Self.alice)
        #expect(try Cyrus.users(in: path).filter { $0.contains("example.org") }.count == 2)
        try writer.remove(Self.alice)
        #expect(try Cyrus.users(in: path) == ["alice@example.net: userPassword"])
    }

    @Test func `a change without effect leaves the file untouched`() throws {
        try writer.set(Secret("secret"), of: Self.alice)
        let before = try FileStatus(of: path)
        try writer.remove(SASLDBUser("nobody@example.org"))
        try writer.removeObsolete(of: Self.alice)
        #expect(try FileStatus(of: path) == before)
        #expect(try others == [])
    }

    @Test func `removing from a missing file does not create it`() throws {
        try writer.remove(Self.alice)
        #expect(throws: SASLDBError.missing(path: path)) {
            var reader = SASLDBReader(path: path)
            _ = try reader.keys()
        }
    }

    @Test func `an empty file becomes a database`() throws {
        try Data().write(to: URL(fileURLWithPath: path))
        try writer.set(Secret("secret"), of: Self.alice)
        #expect(try Cyrus.users(in: path) == ["alice@example.org: userPassword"])
    }

    @Test func `a file that is not a database is not changed`() throws {
        let garbage = Data(repeating: 0x41, count: 8192)
        try garbage.write(to: URL(fileURLWithPath: path))
        #expect(throws: SASLDBError.wrongFormat(path: path, .unknown)) {
            try writer.set(Secret("secret"), of: Self.alice)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == garbage)
        #expect(try others == [])
    }

    @Test func `a damaged database is not changed`() throws {
        try Cyrus.load(400, into: path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes.replaceSubrange(4096..<4196, with: Data(repeating: 0xFF, count: 100))
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(throws: SASLDBError.damaged(path: path)) { try writer.set(Secret("secret"), of: Self.alice) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
        #expect(try others == [])
    }

    @Test func `leftovers of a crash are removed`() throws {
        try writer.set(Secret("secret"), of: Self.alice)
        try Data("left".utf8).write(to: URL(fileURLWithPath: folder.path(".sasldb2.new")))
        try writer.set(Secret("other"), of: Self.alice)
        #expect(try others == [])
    }

    @Test func `writers at the same time lose nothing`() async throws {
        let path = path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<2 {
                group.addTask {
                    for number in 0..<40 {
                        let user = SASLDBUser("user\(writer)-\(number)@example.org")
                        try SASLDBWriter(path: path).set(Secret("secret"), of: user)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try Cyrus.users(in: path).count == 80)
        #expect(try Cyrus.verifies(path))
    }
}
