import Foundation
import Testing

@testable import CommandLine

/// The option table beside man/saslauthd.8.
@Suite struct ManualTests {
    /// An entry of the list of options.
    private struct Entry {
        /// The options that it is about.
        var names: [String] = []
        /// The words of `Cm` in its head: what the value can be.
        var choices: [String] = []
        var hasValue = false
        /// What it says, as plain text.
        var text = ""
    }

    private let page: [String]

    init() throws {
        let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../man/saslauthd.8").standardized
        page = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func lines(from first: String, to last: String) throws -> ArraySlice<String> {
        let start = try #require(page.firstIndex(of: first))
        let end = try #require(page[start...].dropFirst().firstIndex { $0.hasPrefix(last) })
        return page[page.index(after: start)..<end]
    }

    private func entries() throws -> [Entry] {
        var entries: [Entry] = []
        for line in try lines(from: ".Sh OPTIONS", to: ".Sh ") {
            if line.hasPrefix(".It Fl ") {
                entries.append(Self.head(line))
            } else if !entries.isEmpty {
                entries[entries.count - 1].text += " " + Self.plain(line)
            }
        }
        for index in entries.indices {
            entries[index].text = entries[index].text.replacingOccurrences(
                of: " ([.,:;)])",
                with: "$1",
                options: .regularExpression
            )
        }
        return entries
    }

    private static func head(_ line: String) -> Entry {
        var entry = Entry()
        var macro = ""
        for word in line.split(separator: " ").dropFirst().map(String.init) {
            switch (macro, word) {
            case (_, "Fl"), (_, "Ar"), (_, "Cm"): macro = word
            case ("Fl", ","): break
            case ("Fl", _): entry.names.append("-" + word)
            case ("Ar", _): entry.hasValue = true
            case (_, "|"): break
            case ("Cm", _):
                entry.hasValue = true
                entry.choices.append(word)
            default: break
            }
        }
        return entry
    }

    /// The text of a line without its macros.
    private static func plain(_ line: String) -> String {
        guard line.hasPrefix(".") else { return line }
        let words = line.split(separator: " ").map(String.init)
        return words.dropFirst().map { $0 == "Pc" ? ")" : words[0] == ".Fl" && $0 != "," ? "-" + $0 : $0 }
            .joined(separator: " ")
    }

    @Test func `the manual describes every option of the table, and no other`() throws {
        let described = try entries().flatMap(\.names)
        let known = OptionTable.rows.filter { !$0.isHidden }
        #expect(Set(described) == Set(known.map(\.name)))
        // One with a value that can be left out has an entry with it and one without.
        for row in known {
            #expect(described.filter { $0 == row.name }.count == (row.form == .optionalValue ? 2 : 1), "\(row.name)")
        }
    }

    @Test func `an entry has the values that the option takes`() throws {
        let entries = try entries()
        for row in OptionTable.rows where !row.isHidden {
            let entry = try #require(entries.last { $0.names.contains(row.name) })
            #expect(entry.hasValue == (row.form != .flag), "\(row.name)")
            guard case .choice(let words) = row.values else { continue }
            #expect(entry.choices == words, "\(row.name)")
        }
    }

    @Test func `an entry names the default`() throws {
        let entries = try entries()
        for row in OptionTable.rows where !row.isHidden {
            let text = try #require(entries.first { $0.names.contains(row.name) }).text
            guard let standard = row.standard else { continue }
            let isNamed = ["default ", "Default: ", "default: "].contains { text.contains("\($0)\(standard)") }
            #expect(isNamed, "\(row.name): default \(standard)\(text)")
        }
    }

    @Test func `the synopsis has every option`() throws {
        var names: Set<String> = []
        for line in try lines(from: ".Sh SYNOPSIS", to: ".Sh DESCRIPTION") {
            let words = line.split(separator: " ").map(String.init)
            for (macro, word) in zip(words, words.dropFirst()) {
                switch macro {
                case "Fl", ".Fl": names.formUnion(word.hasPrefix("-") ? ["-" + word] : word.map { "-\($0)" })
                case "|" where line.hasPrefix(".Fl"): names.insert("-" + word)
                default: break
                }
            }
        }
        #expect(names == Set(OptionTable.rows.filter { !$0.isHidden }.map(\.name)))
    }
}
