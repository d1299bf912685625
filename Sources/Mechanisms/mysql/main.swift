internal import Authentication
internal import Glibc
internal import MechanismKit

/// The memory limit in bytes: 1 GiB for the costliest permitted hash, and half as much for the rest.
private let memory = 3 << 29

exit(
    MechanismProgram("mysql", parallel: 1, memory: memory).run(
        before: SettingsSource.read,
        make: { settings, log throws(UnusableMechanism) in MySQLMechanism(try MySQLSettings(settings), log: log) }
    )
)
