import Glibc
import Testing

@testable import Platform

@Suite struct SharedMemoryTests {
    @Test func `memory is empty at first, can be written, and keeps its size`() throws {
        let memory = try SharedMemory.make("test", size: 8192)
        #expect(try SharedMemory.seals(of: memory.rawValue) == [.grow, .shrink])
        #expect(try memory.readAll(limit: 10_000) == [UInt8](repeating: 0, count: 8192))
        #expect(ftruncate(memory.rawValue, 0) == -1)
        #expect(ftruncate(memory.rawValue, 10_000) == -1)
        #expect(lseek(memory.rawValue, 0, SEEK_SET) == 0)
        try memory.writeAll([1, 2, 3].span)
    }

    @Test func `sealed memory can be read by all and written by none, whoever opens it anew`() throws {
        let memory = try SharedMemory.make("test", size: 4096)
        try memory.writeAll([1, 2, 3].span)
        try SharedMemory.seal(memory)
        try SharedMemory.seal(memory)
        #expect(try SharedMemory.seals(of: memory.rawValue) == [.grow, .shrink, .write, .seal])
        let again = try OwnedDescriptor.open("/proc/self/fd/\(memory.rawValue)", O_RDWR)
        let error = #expect(throws: SystemError.self) { try again.writeAll([4].span) }
        #expect(error?.number == EPERM)
        let start = try OwnedDescriptor.open("/proc/self/fd/\(memory.rawValue)", O_RDONLY)
        #expect(try start.readAll(limit: 3) == [1, 2, 3])
    }

    @Test func `a file that is not in memory has no seals`() throws {
        let null = try OwnedDescriptor.open("/dev/null", O_RDWR)
        let error = #expect(throws: SystemError.self) { _ = try SharedMemory.seals(of: null.rawValue) }
        #expect(error?.number == EINVAL)
    }
}
