internal import CPlatform

/// Memory files that are passed from one process to the next; memfd_create(2).
package enum SharedMemory {
    /// Operations that are no longer possible on a file; `F_SEAL_*`, fcntl(2).
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

    /// Creates a file of `size` zero bytes, close-on-exec, with its size sealed.
    package static func make(_ name: String, size: Int) throws(SystemError) -> OwnedDescriptor {
        // SAFETY: the name is a null-terminated string during the call.
        OwnedDescriptor(
            adopting: try systemCall("memfd_create") { unsafe cplatform_shared_memory(name, Int64(size)) }
        )
    }

    /// Seals the file against writing; `EBUSY` while a process has a shared writable mapping of it.
    ///
    /// Does nothing if it is sealed already.
    package static func seal(_ memory: borrowing OwnedDescriptor) throws(SystemError) {
        let number = memory.rawValue
        guard try !seals(of: number).contains([.write, .seal]) else { return }
        try systemCall("seal") { cplatform_seal_memory(number) }
    }

    /// The seals of descriptor `number`; `EINVAL` if it is not a memory file.
    package static func seals(of number: CInt) throws(SystemError) -> Seals {
        Seals(rawValue: try systemCall("seals") { cplatform_memory_seals(number) })
    }
}
