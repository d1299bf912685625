internal import CPlatform

/// One of the rights that root consists of, capabilities(7); containers and units take some away.
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

    /// Whether this process has it.
    package var isHeld: Bool { cplatform_capabilities() >> UInt64(rawValue) & 1 == 1 }
}
