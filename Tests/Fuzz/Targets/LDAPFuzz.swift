import Authentication
import MechanismKit

@testable import saslauthd_ldap

/// Settings files of ldap, and its servers.
enum LDAPFuzz {
    private static let names = ["ldap_password: ", "ldap_password:", "ldap_bind_pw: "]

    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        try readURL(String(decoding: input, as: UTF8.self))
        let text = SettingsText(file: "/f", text: input.span)
        let planted = PlantedPassword(input, after: names)
        let remarks = text.warnings + text.faults.map(\.description) + text.settings.map { "\($0)" }
        try planted?.checkAbsence(from: remarks.joined(separator: "\n"))
        let settings: LDAPSettings
        do throws(UnusableMechanism) {
            settings = try LDAPSettings(text)
        } catch {
            try planted?.checkAbsence(from: "\(error)")
            return
        }
        try check(!settings.servers.isEmpty, "no server")
        try check(!settings.password.bytes.contains(0), "a password with a zero byte")
        try planted?.checkAbsence(from: settings.warnings.joined(separator: "\n"))
        for server in settings.servers { try readURL("\(server)") }
    }

    private static func readURL(_ text: String) throws(BrokenProperty) {
        guard let url = try? ServerURL(text), url.ignored.isEmpty else { return }
        try check((try? ServerURL(url.description)) == url, "\(url) is another server after its encoding")
    }
}
