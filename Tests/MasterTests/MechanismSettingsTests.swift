import Testing

@testable import Master

@Suite struct MechanismSettingsTests {
    /// The mechanisms of a command line, each with what it is told.
    private func mechanisms(_ line: String) -> [String]? {
        let words = line.split(separator: " ").map(String.init)
        return (try? MechanismSettings.all(in: words))?.map { "\($0.route) \($0.option)" }
    }

    @Test(arguments: [
        ("-a pam", ["pam "]),
        ("-a sasldb -O /a", ["sasldb /a"]),
        ("-O /a -a sasldb", ["sasldb /a"]),
        ("-O /a -a sasldb -O /b", ["sasldb /b"]),
        ("-a sasldb -O /a -a pam -a mysql -O /b", ["sasldb /a", "pam ", "mysql /b"]),
        ("-asasldb:realm=A.org -O/a -m -a -n 5 -apam", ["sasldb:realm=a.org /a", "pam "]),
        (
            "-a mysql:realm=a,service=smtp -O /a -a mysql:realm=b -O /b",
            ["mysql:realm=a,service=smtp /a", "mysql:realm=b /b"]
        ),
        ("-a pam -- -a shadow", ["pam "]),
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
            "-a pam:user=x: behind the colon stand realm=NAME, service=NAME, or both with a comma between them"
        ),
    ])
    func `what cannot be asked is named`(line: String, complaint: String) {
        #expect(throws: Settings.UsageError.self) {
            do throws(Settings.UsageError) {
                _ = try MechanismSettings.all(in: line.split(separator: " ").map(String.init))
            } catch {
                #expect(error.message == complaint)
                throw error
            }
        }
    }
}
