/// Memory that a frontend leaves to its successor.
///
/// The master creates a memory file, memfd_create(2), for each frontend and never reads it. A frontend writes to its
/// own with write(2) or pwrite(2), not through a shared writable mapping, because such a mapping prevents the master
/// from sealing the file. The size is fixed. The master seals the file when its frontend is replaced or exits.
///
/// The memory of another frontend is untrusted input: copy it with pread(2) rather than map it, and check it.
package enum HandedMemory {
    /// The size in bytes; a new file is all zero.
    package static let size = 1_048_576
}
