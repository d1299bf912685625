internal import Authentication
internal import Glibc
internal import MechanismKit

exit(MechanismProgram("pam", parallel: 1).run { _, log in PAMMechanism(log: log) })
