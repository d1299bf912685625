internal import Authentication
internal import Glibc
internal import MechanismKit
internal import Platform

/// Where the text of `-O` leads: settings on the line itself, or in a file.
enum SettingsSource {
    /// The largest file, in bytes.
    private static let largestFile = 1 << 20

    /// Reads the settings; those of a `config_file` count before those of the line.
    static func read(_ option: String) throws(UnusableMechanism) -> [Setting] {
        if option.hasPrefix("/") { return try file(option) }
        guard option.contains("=") else {
            throw UnusableMechanism(
                "-O \(option) is neither the absolute path of a file nor settings of the form name=value"
            )
        }
        let settings = try SettingsText.settings(line: option)
        guard let path = settings.last(where: { $0.name == .configFile })?.value else { return settings }
        return settings + (try file(path))
    }

    private static func file(_ path: String) throws(UnusableMechanism) -> [Setting] {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try OwnedDescriptor.open(path, O_RDONLY).readAll(limit: largestFile)
        } catch {
            throw UnusableMechanism("\(path) cannot be read: \(error.reason)")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        wipe(bytes.span)
        return try SettingsText.settings(file: path, text: text)
    }
}
