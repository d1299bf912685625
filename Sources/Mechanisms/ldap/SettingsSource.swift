internal import Authentication
internal import Glibc
internal import MechanismKit
internal import Platform

/// Where the settings are: in the file that `-O` names.
enum SettingsSource {
    static let defaultPath = "/etc/saslauthd.conf"

    /// The largest file, in bytes.
    private static let largestFile = 1 << 20

    /// Reads the file, whose path is absolute; the default one where the option is empty.
    static func read(_ option: borrowing Secret) throws(UnusableMechanism) -> SettingsText {
        let path = option.isEmpty ? defaultPath : ByteString(copying: option.span).text
        guard path.hasPrefix("/") else {
            throw UnusableMechanism("-O \(PlainText.of(path)) is not an absolute path")
        }
        let text: Secret
        do throws(SystemError) {
            text = try Secret.reading(OwnedDescriptor.open(path, O_RDONLY), limit: largestFile + 1)
        } catch {
            throw UnusableMechanism("\(PlainText.of(path)) cannot be read: \(error.reason)")
        }
        guard text.count <= largestFile else {
            throw UnusableMechanism("\(PlainText.of(path)) is larger than \(largestFile) bytes")
        }
        var settings = SettingsText(file: path, text: text.span)
        if let status = try? FileStatus(of: path) { settings.look(at: status, of: path) }
        return settings
    }
}
