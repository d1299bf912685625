internal import Authentication
internal import Glibc
internal import MechanismKit

exit(MechanismProgram("shadow", parallel: 1).run { _, _ throws(UnusableMechanism) in try ShadowMechanism() })
