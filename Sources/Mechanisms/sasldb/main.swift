internal import Authentication
internal import Glibc
internal import MechanismKit
internal import SASLDB

/// The path of the file, which `-O` names.
private func path(_ option: String) -> String {
    option.isEmpty ? SASLDBReader.defaultPath : option
}

exit(
    MechanismProgram("sasldb", parallel: 64).run(fileToRead: path) { option, log throws(UnusableMechanism) in
        guard path(option).hasPrefix("/") else {
            throw UnusableMechanism("-O \(option) is not an absolute path; expected the path of a sasldb2 file")
        }
        SASLDBMemory.limit(forFileAt: path(option))
        if MechanismProgram.isOnTrial {
            var reader = SASLDBReader(path: path(option))
            do throws(SASLDBError) { try reader.open() } catch { throw UnusableMechanism("\(error)") }
        }
        return SASLDBMechanism(path: path(option), log: log)
    }
)
