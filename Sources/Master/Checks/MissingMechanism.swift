internal import Authentication
internal import Platform

/// Why there is no program for a mechanism, and what to do.
enum MissingMechanism {
    /// The mechanisms of Cyrus saslauthd that this package does not have, and what to use instead.
    private static let replacements = [
        "dce": "DCE is not supported",
        "httpform": "write a mechanism, saslauthd-mechanism(7)",
        "kerberos5": "use -a pam with pam_krb5, on Debian from the package libpam-krb5",
        "sia": "SIA is not supported",
    ]

    /// Lines for the error; the first is what Cyrus saslauthd logs, if it does not know the mechanism.
    static func lines(_ name: PluginName, _ programs: ProgramDirectory) -> [String] {
        lines(name, program: programs.program(of: name), installed: (try? programs.mechanisms) ?? [])
    }

    static func lines(_ name: PluginName, program: String, installed: [String]) -> [String] {
        let list = installed.isEmpty ? "none" : installed.joined(separator: ", ")
        guard name.known == nil else {
            return [
                "failed to initialize mechanism \(name): \(program) is missing or not executable",
                "Reinstall the package swift-saslauthd, or run make install again. Installed mechanisms: \(list).",
            ]
        }
        let unknown = "unknown authentication mechanism: \(name)"
        guard let replacement = replacements[name.text] else {
            return [unknown, "Installed mechanisms: \(list). A mechanism of your own needs the program \(program)."]
        }
        return [
            unknown,
            "\(name) is a mechanism of Cyrus saslauthd that swift-saslauthd does not have: \(replacement).",
            "Installed mechanisms: \(list).",
        ]
    }
}
