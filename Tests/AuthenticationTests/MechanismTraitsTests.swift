import Authentication
import Foundation
import TestSupport
import Testing

@Suite struct MechanismTraitsTests {
    @Test func `each program of a mechanism has a line in the table, and each line a program`() {
        #expect(MechanismTraits.table.map(\.name) == Programs.mechanisms)
    }

    @Test(arguments: MechanismTraits.table)
    func `the manual describes each mechanism`(mechanism: MechanismTraits) throws {
        let page = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../man/saslauthd.8")
            .standardizedFileURL
        let text = try String(contentsOf: page, encoding: .utf8)
        let titles = text.split(separator: "\n").filter { $0.hasPrefix(".Ss ") }.map { $0.dropFirst(".Ss ".count) }
        #expect(titles.contains { $0.components(separatedBy: ", ").contains(mechanism.name) })
    }

    @Test func `what is not in the table is a plugin from elsewhere, without the rights of root`() {
        let traits = PluginName("elsewhere").traits
        #expect(!traits.needsRoot && !traits.requiresOption && !traits.usesRealm && traits.seesAddress)
        #expect(traits.workers == 5 && traits.requests == 1000 && traits.timeout == 30)
    }

    @Test func `the rights of root are for what calls libraries that need them`() {
        #expect(MechanismTraits.table.filter(\.needsRoot).map(\.name) == ["getpwent", "pam", "shadow"])
    }
}
