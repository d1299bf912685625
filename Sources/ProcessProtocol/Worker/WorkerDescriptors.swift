/// The descriptors of a mechanism program, saslauthd-mechanism(7).
package enum WorkerDescriptors {
    /// The connection to the daemon; descriptor 1 is a duplicate.
    package static let connection: CInt = 0
    /// The text of `-O`, to be read to its end.
    package static let option: CInt = 3

    /// The starter's descriptors in the order of their numbers in the program, from 0 on.
    package static func inOrder(connection: CInt, standardError: CInt, option: CInt) -> [CInt] {
        [connection, connection, standardError, option]
    }
}
