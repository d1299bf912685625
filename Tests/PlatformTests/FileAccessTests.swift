import Glibc
import Platform
import Testing

@Suite struct FileAccessTests {
    @Test func `directories can be entered, files and nothing cannot`() {
        #expect(FileAccess.mayEnter("/"))
        #expect(!FileAccess.mayEnter("/etc/passwd"))
        #expect(!FileAccess.mayEnter("/nonexistent"))
    }

    @Test func `programs can be run, other files cannot`() {
        #expect(FileAccess.mayRun("/bin/sh"))
        #expect(!FileAccess.mayRun("/etc/passwd"))
    }

    @Test func `what keeps the process from a file is reported`() throws {
        try FileAccess.check(.existence, to: "/etc/passwd")
        try FileAccess.check(.reading, to: "/etc/passwd")
        #expect(throws: SystemError("access", on: "/nonexistent", number: ENOENT)) {
            try FileAccess.check(.existence, to: "/nonexistent")
        }
        #expect(throws: SystemError("access", on: "/etc/passwd", number: EACCES)) {
            try FileAccess.check(.execution, to: "/etc/passwd")
        }
    }

    @Test func `a file that is not there is not refused`() {
        #expect(!FileAccess.isRefused(reading: "/etc/passwd"))
        #expect(!FileAccess.isRefused(reading: "/nonexistent"))
    }
}
