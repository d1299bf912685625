import Authentication
import Foundation
import TestSupport
import Testing

@testable import SystemAccounts

@Suite struct LocalFilesTests {
    private static func files(passwd: String, shadow: String?) throws -> (TemporaryFolder, LocalFiles) {
        let folder = try TemporaryFolder()
        try passwd.write(toFile: folder.path("passwd"), atomically: false, encoding: .utf8)
        try shadow?.write(toFile: folder.path("shadow"), atomically: false, encoding: .utf8)
        return (folder, LocalFiles(passwd: folder.path("passwd"), shadow: folder.path("shadow")))
    }

    private static let passwd = """
        root:x:0:0:root:/root:/bin/sh
        alice:x:1000:1000::/home/alice:/bin/sh
        bob:x:1001:1001::/home/bob:/bin/sh
        carol:$5$salt$hash:1002:1002::/home/carol:/bin/sh
        dave:*:1003:1003::/home/dave:/bin/sh

        """

    @Test func `a shadow line is missing only for an account with x in passwd`() throws {
        let (folder, files) = try Self.files(passwd: Self.passwd, shadow: "root:*:1::::::\nbob:$5$s$h:1::::::\n")
        defer { _ = folder }
        let lacking = ["root", "alice", "bob", "carol", "dave", "eve", ""].filter {
            files.lacksShadowLine(ByteString($0))
        }
        #expect(lacking == ["alice"])
    }

    @Test func `an unreadable shadow file does not make lines missing`() throws {
        let (folder, files) = try Self.files(passwd: Self.passwd, shadow: nil)
        defer { _ = folder }
        #expect(!files.lacksShadowLine("alice"))
    }

    @Test func `that there is no such account is doubted where the file has it, or cannot be read`() throws {
        let long = String(repeating: "a", count: 5_000)
        let (folder, files) = try Self.files(
            passwd: "\(Self.passwd)\(long):x:1::::\nroot2:x:1::::\nal:x:2::::\n#eve:x:3::::",
            shadow: nil
        )
        let known = ["root", "alice", "dave", "root2", "al", long]
        for login in known {
            let doubt = try #require(files.doubtAboutAccount(ByteString(login)))
            #expect(doubt.hasPrefix("the name service does not find \(login), which \(folder.path("passwd")) contains"))
        }
        for login in [
            "eve", "roo", "root:x", "x", "", "alice:x:1000", "1000", "bin/sh", "Alice", String(long.dropLast()),
        ] {
            #expect(files.doubtAboutAccount(ByteString(login)) == nil, "\(login)")
        }
        let doubt = try #require(files.doubtAboutShadowLine("eve"))
        #expect(doubt.contains(folder.path("shadow")) && doubt.contains("No such file"))
    }
}
