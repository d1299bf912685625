import Authentication
import Foundation
import TestSupport
import Testing

@Suite struct MechanismTraitsTests {
    @Test func `each program of a mechanism has a line in the table, and each line a program`() {
        #expect(MechanismTraits.table.map(\.name) == Programs.mechanisms)
    }

    @Test(arguments: MechanismTraits.table)
    func `the manual lists each mechanism, with the page that describes it`(mechanism: MechanismTraits) throws {
        let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../man").standardizedFileURL
        func lines(_ page: String) throws -> [Substring] {
            try String(contentsOf: folder.appendingPathComponent(page), encoding: .utf8).split(separator: "\n")
        }
        let row = try #require(try lines("saslauthd.8").first { $0.hasPrefix(".It \(mechanism.name) Ta ") })
        let reference = try #require(row.components(separatedBy: "Ta Xr ").last).split(separator: " ")
        #expect(reference.count == 2)
        // The mechanism's program, or the name that the page has for several, is what the page is about.
        let synopsis = try lines(reference.joined(separator: ".")).drop { $0 != ".Sh SYNOPSIS" }
            .prefix { $0 != ".Sh DESCRIPTION" }
        let names = synopsis.filter { $0.hasPrefix(".Fl a Cm ") }.flatMap { $0.split(separator: " ") }
        #expect(names.contains { $0 == mechanism.name })
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
