/// The descriptors of a mechanism program, saslauthd-mechanism(7).
package enum WorkerDescriptors {
    /// The connection to the daemon; number 1 is the same.
    package static let connection: CInt = 0
    /// The text of `-O`, to be read to its end.
    package static let option: CInt = 3

    /// The starter's descriptors in the order in which the program has them, from 0 on.
    package static func inOrder(connection: CInt, standardError: CInt, option: CInt) -> [CInt] {
        [connection, connection, standardError, option]
    }
}
