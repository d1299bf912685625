import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: geteuid() == 0, "a private system for fail2ban needs root"))
struct WatcherTests {
    @Test func `fail2ban bans who guesses, logwatch knows every line, and promtool the figures`() throws {
        let folder = try TemporaryFolder()
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let result = try PrivateSystem.run(
            folder,
            [
                here.appendingPathComponent("watchers.sh").path, folder.url.path, Programs.directory,
                PrivateSystem.packages, here.appendingPathComponent("../../packaging/fail2ban/saslauthd.conf").path,
            ]
        )
        #expect(
            result.output == """
                figures, by saslauthctl: \("")
                figures, by HTTP: \("")
                banned: 192.0.2.12 192.0.2.7 2001:db8::7 \("")
                Startups: 1
                Shutdowns: 1

                SASL Authentications failed 3 Time(s)
                Service smtp (scripted) - 3 Time(s):
                   Realm  - 3 Time(s):
                      User: bob - Incorrect password - 3 Time(s):

                """
        )
        #expect(result.status == 0, "\(result.complaints)")
    }
}
