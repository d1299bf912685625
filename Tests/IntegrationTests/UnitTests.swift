import Foundation
import TestSupport
import Testing

/// The files for systemd.
@Suite struct UnitTests {
    private static let units = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../systemd").standardized

    /// A folder with the units, where the drop-in has its place, or an instance its name.
    private static func folder(unprivileged: Bool = false) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in try FileManager.default.contentsOfDirectory(atPath: units.path) where !name.hasSuffix(".conf") {
            let copy = name.replacingOccurrences(of: "@.", with: "@other.")
            try FileManager.default.copyItem(
                at: units.appendingPathComponent(name),
                to: folder.url.appendingPathComponent(copy)
            )
        }
        guard unprivileged else { return folder }
        for name in ["saslauthd.service.d", "saslauthd@other.service.d"] {
            let dropIns = folder.url.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: dropIns, withIntermediateDirectories: false)
            try FileManager.default.copyItem(
                at: units.appendingPathComponent("unprivileged.conf"),
                to: dropIns.appendingPathComponent("unprivileged.conf")
            )
        }
        return folder
    }

    @Test(
        arguments: ["saslauthd.service", "saslauthd@other.service", "saslauthd.socket", "saslauthd-dovecot.socket"],
        [false, true]
    )
    func `systemd has nothing to say about a unit`(name: String, unprivileged: Bool) throws {
        let folder = try Self.folder(unprivileged: unprivileged)
        let result = try Command("/usr/bin/systemd-analyze", "verify", "--man=no", folder.path(name)).run()
        #expect(result.status == 0 && result.output + result.complaints == "", "\(result)")
    }

    /// Debian's postfix.service starts nothing; Postfix itself is an instance, which does not wait for what precedes that.
    @Test(arguments: ["saslauthd.service", "saslauthd@.service"])
    func `the daemon starts before mail servers`(name: String) throws {
        let text = try String(contentsOf: Self.units.appendingPathComponent(name), encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Before=") })
        let units = Set(line.dropFirst("Before=".count).split(separator: " "))
        #expect(units.isSuperset(of: ["postfix.service", "postfix@-.service", "exim4.service", "sendmail.service"]))
    }

    @Test(arguments: ["saslauthd.service", "saslauthd@other.service"], [(false, 35), (true, 20)])
    func `what a process could do beyond its task is little`(name: String, limit: (Bool, Int)) throws {
        let folder = try Self.folder(unprivileged: limit.0)
        let result = try Command(
            "/usr/bin/systemd-analyze",
            "security",
            "--offline=true",
            "--no-pager",
            "--threshold=\(limit.1)",
            folder.path(name)
        ).run()
        #expect(result.status == 0, "\(result.output.split(separator: "\n").last ?? "")")
    }

    @Test(.enabled(if: geteuid() == 0, "a private system needs root"))
    func `the settings of Debian and of Red Hat do as they are`() throws {
        let folder = try TemporaryFolder()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("units.sh").path
        let result = try PrivateSystem.run(folder, [script, folder.url.path, Programs.directory, Self.units.path])
        #expect(
            result.output == """
                saslauth:SASL authentication daemon:/run/saslauthd:/usr/sbin/nologin
                /run/saslauthd drwx--x--- root sasl
                /var/run/saslauthd/mux: 0: OK "Success."
                /var/run/saslauthd/mux: connect() : No such file or directory
                exit 1: saslauthd: no authentication mechanism specified (no settings file found: -/etc/default/saslauthd \
                -/etc/sysconfig/saslauthd)
                /run/saslauthd/mux: 0: OK "Success."
                Red Hat's, Type=forking: exit 0, 0: OK "Success."
                User= without RuntimeDirectory=: exit 1, connect() : No such file or directory
                /run/saslauthd belongs to root:sasl with mode 0710, and account saslauth may not write to it
                Start saslauthd as root, make saslauth the owner (RuntimeDirectory= in a unit), or use another directory with -m.
                User= and RuntimeDirectory=: exit 0, 0: OK "Success."
                SOCKETDIR is not set: exit 1, connect() : No such file or directory
                saslauthd: -m requires an absolute pathname, not -a
                /run/other/mux: 0: OK "Success."

                """,
            "\(result.complaints)"
        )
    }
}
