/// What this package calls itself.
package enum Product {
    package static let version = "1.0.0"

    /// What saslauthd-frontend exits with when it does not understand the master, as one of another version does not: `EX_USAGE`,
    /// sysexits(3).
    package static let exitOtherVersion: Int32 = 64
}
