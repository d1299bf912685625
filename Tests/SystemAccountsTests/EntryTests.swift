import Authentication
import Testing

@testable import SystemAccounts

@Suite struct EntryTests {
    @Test func `an account is found by its name, byte for byte`() throws {
        #expect(try PasswdEntry.find("root")?.name == "root")
        for name in ["Root", "root ", "nobody-of-that-name", "", "ro\u{0}ot", "r\u{f6}\u{f6}t", "root:x", "*"] {
            #expect(try PasswdEntry.find(ByteString(name)) == nil, "\(name)")
        }
    }

    @Test func `a very long name is not found`() throws {
        #expect(try PasswdEntry.find(ByteString([UInt8](repeating: 0x61, count: 8160))) == nil)
    }
}
