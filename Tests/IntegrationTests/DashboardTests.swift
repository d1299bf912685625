import Foundation
import TestSupport
import Testing

private let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized
private let promtool = "\(PrivateSystem.packages)/prometheus/usr/bin/promtool"
private let hasPromtool = FileManager.default.isExecutableFile(atPath: promtool)

/// The dashboard and the alerts for those who have Prometheus and Grafana.
@Suite struct DashboardTests {
    private static let rules = root.appendingPathComponent("packaging/prometheus/saslauthd.rules.yml").path
    private static let dashboard = root.appendingPathComponent("packaging/prometheus/saslauthd-dashboard.json").path
    private static let tests = root.appendingPathComponent("Tests/IntegrationTests/alerts.yml").path

    /// What promtool says to words, if it is not content.
    private func complaints(_ words: String...) throws -> String? {
        let result = try Command(promtool, words).run()
        return result.status == 0 ? nil : result.output + result.complaints
    }

    @Test(.enabled(if: hasPromtool, "promtool is unpacked by make test-packages"))
    func `each alert fires when it should, and does not when it should not`() throws {
        #expect(try complaints("check", "rules", Self.rules) == nil)
        #expect(try complaints("test", "rules", Self.tests) == nil)
    }

    @Test func `dashboard and alerts use figures that a daemon has, and all of them, and sections that the manual has`()
        throws
    {
        let folder = try TemporaryFolder()
        // With all that has figures of its own.
        let daemon = try Daemon.scripted("-c", "--throttle", "on")
        #expect(try daemon.ask("alice", "secret", "smtp", "") == .text("OK"))
        let words = ["-m", daemon.folder.url.path, "status", "--prometheus"]
        let figures = try Command(Programs.path("saslauthctl"), words).run().output
        try Data(figures.utf8).write(to: URL(fileURLWithPath: folder.path("figures")))
        let script = root.appendingPathComponent("Tests/IntegrationTests/dashboard.py").path
        let result = try Command(
            "/usr/bin/python3",
            script,
            Self.dashboard,
            Self.rules,
            Self.tests,
            folder.path("figures"),
            root.appendingPathComponent("man").path,
            folder.path("expressions.yml")
        ).run()
        #expect(result.output == "" && result.status == 0, "\(result.complaints)")
        if hasPromtool { #expect(try complaints("check", "rules", folder.path("expressions.yml")) == nil) }
    }
}
