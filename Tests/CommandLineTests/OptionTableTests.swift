import Testing

@testable import CommandLine

@Suite struct OptionTableTests {
    private static let rows = OptionTable.rows.map(\.name)

    @Test func `each option has a name of its own, and a letter or a word`() {
        #expect(Set(Self.rows).count == Self.rows.count)
        for row in OptionTable.rows {
            #expect(row.isLetter ? row.name.count == 2 : row.bareName.count > 2, "\(row.name)")
            #expect(!row.help.isEmpty, "\(row.name)")
        }
    }

    @Test func `the usage has every option once, in the order of the table`() {
        let heads = Usage.text.split(separator: "\n").filter { $0.hasPrefix("  -") }
            .map { String($0.split(separator: " ")[0]) }
        #expect(heads == OptionTable.rows.filter { !$0.isHidden }.map(\.name))
        #expect(Usage.text.split(separator: "\n").allSatisfy { $0.count < 80 })
    }

    @Test(arguments: OptionTable.rows.map(\.name))
    func `numbers are taken to the ends of their range, and words where they are listed`(name: String) throws {
        let row = try #require(OptionTable.rows.first { $0.name == name })
        switch row.values {
        case .number(let range?, _):
            for number in [range.lowerBound, range.upperBound] {
                #expect(row.values.fault(of: String(number), for: name) == nil)
                #expect(row.values.rangeFault(of: String(number), for: name) == nil)
            }
            for number in [range.lowerBound - 1, range.upperBound + 1] {
                #expect(
                    row.values.rangeFault(of: String(number), for: name)?.message
                        == "\(name) \(number) is out of range: \(range.lowerBound) to \(range.upperBound)"
                )
            }
            #expect(row.values.fault(of: "1e3", for: name) != nil)
        case .choice(let words):
            for word in words { #expect(row.values.fault(of: word, for: name) == nil) }
            #expect(row.values.fault(of: "", for: name) != nil)
        case .number(nil, _): #expect(row.values.fault(of: "1e3", for: name) != nil)
        case .none: #expect(row.form == .flag)
        case .anyText, .checked: #expect(row.form != .flag)
        }
    }
}
