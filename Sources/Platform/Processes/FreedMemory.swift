internal import CPlatform

/// What the allocator does with freed memory, mallopt(3).
package enum FreedMemory {
    /// Makes the allocator overwrite it from now on: for libraries that do not wipe passwords.
    package static func overwrite() {
        precondition(cplatform_overwrite_freed_memory(), "mallopt(3) failed")
    }
}
