internal import Authentication
internal import Glibc
internal import MechanismKit

exit(
    MechanismProgram(.mysql, parallel: 1).run(
        before: SettingsSource.read,
        make: { settings, log throws(UnusableMechanism) in MySQLMechanism(try MySQLSettings(settings), log: log) }
    )
)
