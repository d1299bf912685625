internal import Authentication
internal import Platform

/// The folder with the programs that the master starts.
struct ProgramDirectory: Sendable {
    static let frontend = "saslauthd-frontend"
    let path: String

    /// The folder that was asked for, or else that of the daemon itself (a build tree), or else `../libexec/saslauthd` beside it.
    init(asked: String?, own: String) {
        let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        path = asked ?? (FileAccess.mayRun("\(folder)/\(Self.frontend)") ? folder : "\(folder)/../libexec/saslauthd")
    }

    /// The program that serves clients.
    var frontend: String { "\(path)/\(Self.frontend)" }

    func program(of mechanism: PluginName) -> String { "\(path)/\(mechanism.program)" }

    func has(_ mechanism: PluginName) -> Bool { FileAccess.mayRun(program(of: mechanism)) }

    /// The mechanisms that have a program here, in the order of their names.
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
