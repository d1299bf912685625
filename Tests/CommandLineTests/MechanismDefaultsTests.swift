import Authentication
import Testing

@testable import CommandLine

@Suite struct MechanismDefaultsTests {
    @Test func `a default that depends on the mechanism names those that differ`() {
        #expect(MechanismTraits.defaults { _ in 7 } == "7")
        #expect(MechanismTraits.defaults { $0.name == "pam" ? 3 : 7 } == "3 for pam, 7 for others")
        let rooted = MechanismTraits.defaults { $0.needsRoot || $0.name.isEmpty ? 1 : 0 }
        #expect(rooted == "1 for getpwent, pam, shadow and plugins, 0 for others")
        #expect(
            MechanismTraits.defaults { ["pam": 9, "rimap": 2][$0.name] ?? 5 } == "2 for rimap, 9 for pam, 5 for others"
        )
    }
}
