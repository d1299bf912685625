/// Memory that a frontend leaves to the one after it.
///
/// The master makes a file in memory, memfd_create(2), for each frontend and never reads it. A frontend writes into its own with
/// write(2) or pwrite(2); a mapping that is shared and can be written to keeps the master from sealing it. The size cannot change.
/// Once a frontend was replaced or has ended nobody can write into its memory any more.
///
/// What is in the memory of another frontend is input like any other: copy it with pread(2) rather than map it, and check it.
package enum HandedMemory {
    /// The bytes of a memory, all zero at first.
    package static let size = 1_048_576
}
