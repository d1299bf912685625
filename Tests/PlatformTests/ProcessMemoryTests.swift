import Glibc
import Testing

@testable import Platform

@Suite struct ProcessMemoryTests {
    @Test func `a process has at least the memory that it has written to`() throws {
        let memory = try ProcessMemory(of: UInt32(getpid()))
        let large = [UInt8](repeating: 1, count: 64 << 20)
        let resident = memory.resident ?? 0
        #expect(resident > large.count)
    }

    @Test func `a process that has ended has none, and one that never was cannot be looked at`() throws {
        let child = try Program(path: "/bin/true", arguments: ["true"], environment: []).start(descriptors: [])
        let memory = try ProcessMemory(of: UInt32(child))
        var status: CInt = 0
        // SAFETY: one variable for the one value that the call fills.
        _ = unsafe waitpid(child, &status, 0)
        let resident = memory.resident
        #expect(resident == nil)
        #expect(throws: SystemError.self) { _ = try ProcessMemory(of: UInt32(Int32.max)) }
    }
}
