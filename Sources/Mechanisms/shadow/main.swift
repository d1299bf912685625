internal import Authentication
internal import Glibc
internal import MechanismKit

exit(MechanismProgram("shadow", parallel: 1).run { _, log throws(UnusableMechanism) in try ShadowMechanism(log: log) })
