/// Programs of this package have different versions, as between an upgrade and the restart of the daemon.
///
/// Messages between our processes belong to one version of the package. The frames of saslauthd-mechanism(7) have a
/// version of their own, so that other people's mechanisms keep working.
package struct VersionMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    /// The program whose version is not the daemon's.
    package let program: String
    /// Its version, if known.
    package let version: String?
    /// The version of the daemon, if known.
    package let daemon: String?

    package init(_ program: String, version: String? = nil, daemon: String? = nil) {
        self.program = program
        self.version = version
        self.daemon = daemon
    }

    /// The exit code of saslauthd-frontend when it does not understand the master's arguments, which suggests another
    /// version: `EX_USAGE`, sysexits(3).
    package static let exitCode: Int32 = 64

    package var description: String {
        let advice = "restart saslauthd after an upgrade"
        guard let version, let daemon else { return "\(program) has another version: \(advice)" }
        return "\(program) has version \(version), but the running saslauthd has \(daemon): \(advice)"
    }
}
