import Glibc
import Testing

@testable import Platform

@Suite struct ProcessLockTests {
    static func scratchPath() -> String {
        "/tmp/lockfile.\(getpid()).\(UInt32.random(in: 0...UInt32.max))"
    }

    @Test func `a file that nobody holds is not held, nor is one that is not there`() throws {
        let path = Self.scratchPath()
        #expect(try !ProcessLock.isHeld(path))
        do { _ = try ProcessLock(path, mode: 0o600) }
        defer { try? Directory.removeFile(path) }
        #expect(try !ProcessLock.isHeld(path))
    }

    @Test func `what is written replaces what was there`() throws {
        let path = Self.scratchPath()
        defer { try? Directory.removeFile(path) }
        let lock = try ProcessLock(path, mode: 0o600)
        try lock.write("a longer text\n")
        #expect(try OwnedDescriptor.open(path, O_RDONLY).readAll(limit: 100) == Array("a longer text\n".utf8))
    }

    @Test func `a link in the place of the file is not followed`() throws {
        let path = Self.scratchPath()
        defer { try? Directory.removeFile(path) }
        unsafe symlink("/dev/null", path)
        let error = #expect(throws: SystemError.self) { _ = try ProcessLock(path, mode: 0o600) }
        #expect(error?.number == ELOOP)
    }

    @Test func `what this process holds is held by no other, and stays held when it was looked at`() throws {
        let path = Self.scratchPath()
        defer { try? Directory.removeFile(path) }
        let lock = try ProcessLock(path, mode: 0o600)
        #expect(try !ProcessLock.isHeld(path))
        let error = #expect(throws: SystemError.self) { _ = try ProcessLock(path, mode: 0o600) }
        #expect(error?.number == EAGAIN)
        #expect(try Self.isLocked(path))
        try lock.write("still there")
    }

    @Test func `what another process holds is held, by that process`() throws {
        let path = Self.scratchPath()
        defer { try? Directory.removeFile(path) }
        do { _ = try OwnedDescriptor.open(path, O_RDWR | O_CREAT, mode: 0o600) }
        let toChild = try Pipe()
        let fromChild = try Pipe()
        let holder = Program(
            path: "/usr/bin/python3",
            arguments: [
                "python3", "-c",
                "import fcntl, sys; f = open(sys.argv[1], 'r+'); fcntl.lockf(f, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()",
                path,
            ],
            environment: []
        )
        let pid = try holder.start(descriptors: [toChild.reader.rawValue, fromChild.writer.rawValue, 2])
        defer {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
        var line: [UInt8] = []
        _ = try fromChild.reader.read(into: &line, limit: 5)
        #expect(line == Array("held\n".utf8))
        #expect(try ProcessLock.isHeld(path))
        #expect(try ProcessLock.holder(of: path) == pid)
        let error = #expect(throws: SystemError.self) { _ = try ProcessLock(path, mode: 0o600) }
        #expect(error?.number == EAGAIN || error?.number == EACCES)
    }

    /// Whether another process finds a lock on the file.
    static func isLocked(_ path: String) throws -> Bool {
        // One fork away, as a process sees no lock of its own; /proc/locks names the inode.
        let inode = try FileStatus(ofName: path).inode
        // The list is read in pieces, between which it may change, so that a line is missing.
        return try (0..<100).contains { _ in
            let locks = try OwnedDescriptor.open("/proc/locks", O_RDONLY).readAll(limit: 1 << 20)
            return String(decoding: locks, as: UTF8.self).split(separator: "\n").contains { line in
                line.contains("POSIX") && line.contains(":\(inode) ") && line.contains(" \(getpid()) ")
            }
        }
    }

    @Test func `a file whose name was taken away before it was locked keeps nobody off`() throws {
        let path = Self.scratchPath()
        defer { try? Directory.removeFile(path) }
        var tries = 0
        let lock = try ProcessLock.locked(path, mode: 0o600) {
            tries += 1
            if tries == 1 { try? Directory.removeFile(path) }
        }
        #expect(tries == 2)
        try lock.write("named")
        #expect(try FileStatus(ofName: path).size == 5)
    }

    @Test func `only the name of the file that is held is taken away`() throws {
        let path = Self.scratchPath()
        defer { try? Directory.removeFile(path) }
        let lock = try ProcessLock(path, mode: 0o600)
        try Directory.removeFile(path)
        let successor = try OwnedDescriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
        try lock.removeFile()
        #expect(try FileStatus(ofName: path).isSameFile(as: FileStatus(of: successor)))
    }
}
