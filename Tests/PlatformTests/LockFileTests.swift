import Glibc
import Testing

@testable import Platform

@Suite struct LockFileTests {
    static func scratchPath() -> String {
        "/tmp/lockfile.\(getpid()).\(UInt32.random(in: 0...UInt32.max))"
    }

    @Test func `a file that nobody holds is not held, nor is one that is not there`() throws {
        let path = Self.scratchPath()
        #expect(try !LockFile.isHeld(path))
        do { _ = try LockFile(path, mode: 0o600) }
        defer { try? Directory.removeFile(path) }
        #expect(try !LockFile.isHeld(path))
    }

    @Test func `what is written replaces what was there`() throws {
        let path = Self.scratchPath()
        defer { try? Directory.removeFile(path) }
        let lock = try LockFile(path, mode: 0o600)
        try lock.write("a longer text\n")
        #expect(try OwnedDescriptor.open(path, O_RDONLY).readAll(limit: 100) == Array("a longer text\n".utf8))
    }

    @Test func `a link in the place of the file is not followed`() throws {
        let path = Self.scratchPath()
        defer { try? Directory.removeFile(path) }
        unsafe symlink("/dev/null", path)
        let error = #expect(throws: SystemError.self) { _ = try LockFile(path, mode: 0o600) }
        #expect(error?.number == ELOOP)
    }
}
