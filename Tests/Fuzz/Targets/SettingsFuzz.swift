import Authentication

@testable import CommandLine
@testable import SASLDB

/// Settings files of saslauthd, and configuration files of libsasl2.
enum SettingsFuzz {
    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        try readAssignments(input)
        if let configuration = try? LibraryConfiguration(file: "/f", text: input),
            let path = try? configuration.sasldbPath()
        {
            try check(!path.isEmpty && !path.utf8.contains(0), "a path that is none")
        }
    }

    private static func readAssignments(_ input: [UInt8]) throws(BrokenProperty) {
        let outcome = try? AssignmentReader.read(input)
        for assignment in outcome?.assignments ?? [] {
            try check(assignment.value.count <= AssignmentReader.longestValue, "a value that is too long")
            try check(!assignment.value.contains(0), "a value with a zero byte")
            let lines = 1 + input.count { $0 == 0x0A }
            try check(1...lines ~= assignment.line, "line \(assignment.line) of \(lines)")
        }
        if !input.contains(0x0D) {
            let windows = input.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
            try check((try? AssignmentReader.read(windows)) == outcome, "other assignments with CR LF")
        }
        // These two have another meaning before a line break.
        if input.last != UInt8(ascii: "\\"), input.last != 0x0D, outcome != nil {
            let longer = input + Array("\n# A comment.\n".utf8)
            try check((try? AssignmentReader.read(longer)) == outcome, "other assignments with a comment")
        }
        guard let file = try? SettingsFile("/f", holding: input) else { return }
        try check(outcome != nil, "a file that cannot be read has settings")
        try check((try? file.occurrences()) != nil, "a file that was checked has invalid words: \(file.words)")
        try check(!file.words.contains { $0.utf8.contains(0) }, "a word with a zero byte")
    }
}
