internal import Authentication
internal import Platform

/// The directory of the programs that the master starts.
struct ProgramDirectory: Sendable {
    static let frontend = "saslauthd-frontend"
    let path: String

    /// The given directory, or that of the daemon itself (a build tree), or else `../libexec/saslauthd` relative to it.
    init(asked: String?, own: String) {
        let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        path = asked ?? (FileAccess.mayRun("\(folder)/\(Self.frontend)") ? folder : "\(folder)/../libexec/saslauthd")
    }

    /// The program that serves clients.
    var frontend: String { "\(path)/\(Self.frontend)" }

    func program(of mechanism: PluginName) -> String { "\(path)/\(mechanism.program)" }

    func has(_ mechanism: PluginName) -> Bool { FileAccess.mayRun(program(of: mechanism)) }

    /// The mechanisms that have a program here, sorted by name.
    var mechanisms: [String] {
        get throws(SystemError) {
            try Directory.entries(of: path).compactMap { entry in
                guard entry.hasPrefix("saslauthd-"), entry != Self.frontend else { return nil }
                guard let name = PluginName(String(entry.dropFirst("saslauthd-".count))), has(name) else { return nil }
                return name.text
            }.sorted()
        }
    }
}
