import Testing

@testable import CommandLine

@Suite struct MechanismSettingsTests {
    /// The mechanisms of a command line, each with its option.
    private func mechanisms(_ line: String) -> [String]? {
        let words = line.split(separator: " ").map(String.init)
        guard case .serve(let settings)? = try? Settings.request(words) else { return nil }
        return settings.mechanisms.map { "\($0.route) \($0.option)" }
    }

    @Test(arguments: [
        ("-a pam", ["pam "]),
        ("-a sasldb -O /a", ["sasldb /a"]),
        ("-O /a -a sasldb", ["sasldb /a"]),
        ("-O /a -a sasldb -O /b", ["sasldb /b"]),
        ("-a sasldb -O /a -a pam -a mysql -O /b", ["sasldb /a", "pam ", "mysql /b"]),
        ("-asasldb:realm=A.org -O/a -m /a -n 5 -apam", ["sasldb:realm=a.org /a", "pam "]),
        (
            "-a mysql:realm=a,service=smtp -O /a -a mysql:realm=b -O /b",
            ["mysql:realm=a,service=smtp /a", "mysql:realm=b /b"]
        ),
        ("-a pam -- -a shadow", ["pam "]),
        ("-cOuser=mail -amysql", ["mysql user=mail"]),
        ("-a sasldb -O -a -c", ["sasldb -a"]),
    ])
    func `an option belongs to the mechanism before it`(line: String, expected: [String]) {
        #expect(mechanisms(line) == expected)
    }

    @Test(arguments: [
        ("-m /a", "no authentication mechanism specified"),
        ("-a p/m", "unknown authentication mechanism: p/m"),
        ("-a pam -a ../x", "unknown authentication mechanism: ../x"),
        (
            "-a pam:user=x",
            "-a pam:user=x: expected realm=NAME or service=NAME after the colon, or both separated by a comma"
        ),
    ])
    func `what cannot be asked is named`(line: String, complaint: String) {
        let error = #expect(throws: UsageError.self) {
            try Settings.request(line.split(separator: " ").map(String.init))
        }
        #expect(error?.message == complaint)
    }
}
