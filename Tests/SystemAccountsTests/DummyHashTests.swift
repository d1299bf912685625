import Authentication
import Foundation
import TestSupport
import Testing

@testable import SystemAccounts

@Suite struct DummyHashTests {
    private func text(_ hash: consuming Secret?) -> ByteString? {
        switch consume hash {
        case .some(let hash): ByteString(copying: hash.span)
        case nil: nil
        }
    }

    @Test(arguments: [
        ("$y$j9T$9FPFpcUdNfb96j1wPf4zU.$IrkvlrENu6FB3A81G5js7lVcps3SDGkrppKnRfz27r4", "y$j9T"),
        ("$2b$05$iJWihpzWogTLKkZgd9lHtOOcIsR1tX2CMiN5uFXBy9WkgVuUURTJe", "2b$05"),
        ("$5$UcqD3xXe4LJN38aV$x7SIwoRDBEKFaBQbNA83V888Ei/LBv8.YaZMLgXSAP4", "5"),
        ("$6$rounds=1000$5wguW8ojH44kli6C$VyYPh6ESlHzKfHGsNFO9vv", "6$rounds=1000"),
        ("8Z34qK3.38kQg", ""),
        ("x", nil), ("*", nil), ("!", nil), ("!$y$j9T$a$b", nil), ("", nil), ("$", nil), ("*LK*", nil),
    ])
    func `hashes of a kind take the same time`(hash: String, kind: String?) {
        let bytes = Array(hash.utf8)
        #expect(DummyHash.kind(of: bytes.span) == kind.map { Array($0.utf8) })
    }

    @Test func `the commonest kind is taken, whoever has it`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("shadow")
        try """
        root:*:19000:0:99999:7:::
        a:$1$aaaaaaaa$1:19000:0:99999:7:::
        b:$6$bbbbbbbb$2:19000:0:99999:7:::
        c:!$1$cccccccc$3:19000:0:99999:7:::
        d:$6$dddddddd$4:19000:0:99999:7:::

        """.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(text(DummyHash.shadow(at: path)) == "$6$bbbbbbbb$2")
        #expect(text(DummyHash.shadow(at: folder.path("none"))) == nil)
    }

    @Test func `a passwd file whose hashes are elsewhere has none`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("passwd")
        try "root:x:0:0::/:/bin/sh\n".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(text(DummyHash.passwd(at: path)) == nil)
        try "root:8Z34qK3.38kQg:0:0::/:/bin/sh\n".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(text(DummyHash.passwd(at: path)) == "8Z34qK3.38kQg")
    }
}
