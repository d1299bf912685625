import Platform
import Testing

@Suite struct FileAccessTests {
    @Test func `directories can be entered, files and nothing cannot`() {
        #expect(FileAccess.mayEnter("/"))
        #expect(!FileAccess.mayEnter("/etc/passwd"))
        #expect(!FileAccess.mayEnter("/nonexistent"))
    }
}
