internal import CPlatform

/// A capability of root that the daemon needs, capabilities(7); containers and units may remove some.
package enum Capability: Int, CaseIterable, Sendable {
    case chown = 0
    case overrideAccess = 1
    case kill = 5
    case setGroup = 6
    case setUser = 7

    package var name: String {
        switch self {
        case .chown: "CAP_CHOWN"
        case .overrideAccess: "CAP_DAC_OVERRIDE"
        case .kill: "CAP_KILL"
        case .setGroup: "CAP_SETGID"
        case .setUser: "CAP_SETUID"
        }
    }

    /// Whether this process has the capability.
    package var isHeld: Bool { cplatform_capabilities() >> UInt64(rawValue) & 1 == 1 }
}
