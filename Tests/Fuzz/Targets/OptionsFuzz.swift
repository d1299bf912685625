import Authentication

@testable import CommandLine

/// Command lines of saslauthd and saslauthd-frontend.
enum OptionsFuzz {
    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        var fields = Fields(input)
        let words = fields.all().map { String(decoding: $0, as: UTF8.self) }
        // Files are another target's.
        guard !words.contains(where: { $0.hasPrefix("--settings") }) else { return }
        if let words = FrontendWords(words) { try encode(words) }
        try readValues(words)
        try split(words)
        let request: Settings.Request
        do throws(UsageError) {
            request = try Settings.request(words)
        } catch {
            return try check(!error.message.isEmpty, "an error without a text")
        }
        switch request {
        case .serve(let settings), .check(_, let settings): try examine(settings, words)
        case .help, .version, .completion: break
        }
    }

    private static func examine(_ settings: Settings, _ words: [String]) throws(BrokenProperty) {
        try check(!settings.mechanisms.isEmpty && !settings.directories.isEmpty, "nothing to serve")
        try check(settings.directories.allSatisfy { $0.utf8.first == UInt8(ascii: "/") }, "a relative directory")
        let shown = settings.description.joined(separator: "\n")
        for mechanism in settings.mechanisms where mechanism.option.utf8.count > 8 {
            let isPublic = words.contains { $0 != mechanism.option && $0.contains(mechanism.option) }
            try check(isPublic || !shown.contains(mechanism.option), "an option of a mechanism is shown")
        }
        try encode(
            FrontendWords(
                settings.service,
                routes: settings.mechanisms.map(\.route),
                listeners: settings.directories.count,
                dovecot: settings.dovecot,
                masterVersion: "1.0.0",
                since: 1,
                allowedUsers: [0, 7]
            )
        )
    }

    /// The frontend must understand what the master writes.
    private static func encode(_ words: FrontendWords) throws(BrokenProperty) {
        try check(FrontendWords(words.words) == words, "other words after their encoding: \(words.words)")
    }

    private static func readValues(_ words: [String]) throws(BrokenProperty) {
        for word in words {
            try encode(Route(optionText: word))
            try encode(DovecotListener(optionText: word))
            try encode(MetricsAddress(optionText: word))
            try encode(FileMode(optionText: word))
            try check((Route.complaint(word) == nil) == (Route(optionText: word) != nil), "a complaint about \(word)")
        }
    }

    private static func encode<Value: OptionWord>(_ value: Value?) throws(BrokenProperty) {
        guard let value else { return }
        try check(Value(optionText: value.optionText) == value, "\(value) is another one after its encoding")
    }

    private static func split(_ words: [String]) throws(BrokenProperty) {
        let once = Getopt.splitClusters(words, flags: "cdhlrvV", options: "amnOst")
        let twice = Getopt.splitClusters(once, flags: "cdhlrvV", options: "amnOst")
        try check(once == twice, "words are divided twice: \(once), \(twice)")
    }
}
