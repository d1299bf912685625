import Platform
import Testing

@Suite struct MachineTests {
    @Test func `the machine has processors and the name that the kernel has for it`() throws {
        #expect(Machine.processorCount >= 1)
        let name = try OwnedDescriptor.open("/proc/sys/kernel/hostname", 0).readAll(limit: 256)
        #expect(Machine.hostName == name.filter { $0 != UInt8(ascii: "\n") })
    }
}
