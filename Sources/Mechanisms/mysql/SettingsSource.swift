internal import Authentication
internal import Glibc
internal import MechanismKit
internal import Platform

/// Reads the settings in the text of `-O`, or in the file that it names.
enum SettingsSource {
    /// The largest file, in bytes.
    private static let largestFile = 1 << 20

    /// Reads the settings; those of a `config_file` override the others.
    static func read(_ option: borrowing Secret) throws(UnusableMechanism) -> SettingsText {
        let text = option.span
        var settings: SettingsText
        if !text.isEmpty, text[0] == UInt8(ascii: "/") {
            settings = try file(ByteString(copying: text).text)
        } else {
            settings = try line(text)
        }
        if let path = settings.settings.last(where: { $0.name == .configFile })?.value {
            settings.append(try file(path))
        }
        return settings
    }

    private static func line(_ text: Span<UInt8>) throws(UnusableMechanism) -> SettingsText {
        guard text.indices.contains(where: { text[$0] == UInt8(ascii: "=") }) else {
            throw UnusableMechanism(
                "-O \(ByteString(copying: text).text): expected the absolute path of a file, or settings name=value"
            )
        }
        return try SettingsText(line: text)
    }

    private static func file(_ path: String) throws(UnusableMechanism) -> SettingsText {
        let text: Secret
        do throws(SystemError) {
            text = try Secret.reading(OwnedDescriptor.open(path, O_RDONLY), limit: largestFile)
        } catch {
            throw UnusableMechanism("cannot read \(path): \(error.reason)")
        }
        return try SettingsText(file: path, text: text.span)
    }
}
