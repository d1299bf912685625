internal import Authentication
internal import Glibc
internal import MechanismKit

exit(MechanismProgram("getpwent", parallel: 1).run { _, log in GetpwentMechanism(log: log) })
