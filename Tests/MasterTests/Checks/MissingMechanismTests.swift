import Authentication
import Testing

@testable import Master

@Suite struct MissingMechanismTests {
    private func lines(_ name: PluginName, _ installed: [String] = ["pam", "sasldb"]) -> [String] {
        MissingMechanism.lines(name, program: "/x/saslauthd-\(name)", installed: installed)
    }

    @Test func `an unknown mechanism lists the known ones`() {
        #expect(
            lines("nosuch") == [
                "unknown authentication mechanism: nosuch",
                "Installed mechanisms: pam, sasldb. A mechanism of your own needs the program /x/saslauthd-nosuch.",
            ]
        )
        #expect(lines("nosuch", [])[1].hasPrefix("Installed mechanisms: none."))
    }

    @Test func `one of Cyrus saslauthd says what to use instead`() {
        for (name, advice) in [("kerberos5", "libpam-krb5"), ("httpform", "mechanism(7)")] {
            let lines = lines(PluginName(name) ?? "x")
            #expect(lines.count == 3 && lines[0] == "unknown authentication mechanism: \(name)")
            #expect(lines[1].contains(advice) && lines[2] == "Installed mechanisms: pam, sasldb.")
        }
    }

    @Test func `one of this package that is not installed says what brings it`() {
        let lines = lines("mysql")
        #expect(
            lines[0] == "failed to initialize mechanism mysql: /x/saslauthd-mysql is missing or not executable"
                && lines[1].contains("package swift-saslauthd")
        )
    }
}
