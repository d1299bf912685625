internal import Authentication
internal import Glibc
internal import MechanismKit
internal import Platform

/// How many logins a process handles at a time.
private let parallel: UInt32 = 512

/// The memory for so many logins, in bytes: connecting threads have stacks, and the costliest permitted hash takes 1 GiB.
private let memory = 3 << 30

exit(
    MechanismProgram("ldap", parallel: parallel, memory: memory).runConcurrently(
        before: { option throws(UnusableMechanism) in
            DirectoryLibrary.overwriteFreedMemory()
            DirectoryLibrary.readOnlySystemSettings()
            let settings = try LDAPSettings(SettingsSource.read(option))
            if settings.usesTLS { try DirectoryLibrary.use(settings.tls) }
            return settings
        },
        make: { settings, loop, log throws(UnusableMechanism) in
            _ = DescriptorLimit.raised()
            do throws(SystemError) {
                return try LDAPMechanism(settings, timeout: MechanismProgram.timeout, loop: loop, log: log)
            } catch {
                throw UnusableMechanism("\(error)")
            }
        }
    )
)
