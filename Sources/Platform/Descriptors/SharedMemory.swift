internal import CPlatform

/// A file in memory that is handed from one process to the next; memfd_create(2).
package enum SharedMemory {
    /// What can no longer be done to it; `F_SEAL_*`, fcntl(2).
    package struct Seals: OptionSet, Hashable, Sendable {
        package let rawValue: CInt

        package init(rawValue: CInt) {
            self.rawValue = rawValue
        }

        package static let seal = Seals(rawValue: 0x1)
        package static let shrink = Seals(rawValue: 0x2)
        package static let grow = Seals(rawValue: 0x4)
        package static let write = Seals(rawValue: 0x8)
    }

    /// A file of `size` zero bytes, close-on-exec, whose size nobody can change.
    package static func make(_ name: String, size: Int) throws(SystemError) -> OwnedDescriptor {
        // SAFETY: the name is a terminated string for the length of the call.
        OwnedDescriptor(
            adopting: try systemCall("memfd_create") { unsafe cplatform_shared_memory(name, Int64(size)) }
        )
    }

    /// Takes everybody's right to write to it; `EBUSY` while a process has it mapped for shared writing.
    ///
    /// One that is sealed already is fine.
    package static func seal(_ memory: borrowing OwnedDescriptor) throws(SystemError) {
        let number = memory.rawValue
        guard try !seals(of: number).contains([.write, .seal]) else { return }
        try systemCall("seal") { cplatform_seal_memory(number) }
    }

    /// The seals of descriptor `number`; `EINVAL` when it is no file in memory.
    package static func seals(of number: CInt) throws(SystemError) -> Seals {
        Seals(rawValue: try systemCall("seals") { cplatform_memory_seals(number) })
    }
}
