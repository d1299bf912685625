/// Programs of this package that are of different versions, as they are between an upgrade and the restart of the daemon.
///
/// What they say to each other has the version of the package. The frames of saslauthd-mechanism(7) have a version of their own, by
/// which programs of others are judged.
package struct VersionMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    /// The program that is not of the daemon's version.
    package let program: String
    /// Its version; `nil` where it is not known.
    package let version: String?
    /// The version of the daemon; `nil` where it is not known.
    package let daemon: String?

    package init(_ program: String, version: String? = nil, daemon: String? = nil) {
        self.program = program
        self.version = version
        self.daemon = daemon
    }

    /// What saslauthd-frontend exits with when it does not understand the master, as one of another version does not: `EX_USAGE`,
    /// sysexits(3).
    package static let exitCode: Int32 = 64

    package var description: String {
        let advice = "restart saslauthd after an upgrade"
        guard let version, let daemon else { return "\(program) is of another version: \(advice)" }
        return "\(program) is of version \(version), the running saslauthd of version \(daemon): \(advice)"
    }
}
