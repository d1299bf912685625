import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: geteuid() == 0, "a private system needs root"))
struct InitScriptTests {
    @Test func `Debian's init script starts, reloads, restarts and stops two instances`() throws {
        let folder = try TemporaryFolder()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "init-script.sh"
        )
        .path
        let result = try PrivateSystem.run(folder, [script, folder.url.path, Programs.directory])
        let name = "SASL Authentication Daemon: saslauthd"
        #expect(
            result.output == """
                status: exit 3; Checking \(name) (not running) failed!|Checking \(name) (not running) failed!|
                start: exit 0; Starting \(name).|Starting \(name).|
                /var/run/saslauthd drwx--x--- root sasl
                /var/spool/postfix/var/run/saslauthd drwx--x--- root sasl
                secret: 0: OK "Success."
                secret: 0: OK "Success."
                start: exit 0; Starting \(name) (already running).|Starting \(name) (already running).|
                status: exit 0; Checking \(name) (running).|Checking \(name) (running).|
                secret: 0: OK "Success."
                secret: 0: OK "Success."
                reload: exit 0; Reloading \(name).|Reloading \(name).|
                secret: 0: NO "authentication failed"
                secret: 0: NO "authentication failed"
                the same processes
                force-reload: exit 0; Reloading \(name).|Reloading \(name).|
                restart: exit 0; Stopping \(name).|Stopping \(name).|Starting \(name).|Starting \(name).|
                changed: 0: OK "Success."
                changed: 0: OK "Success."
                other processes
                stop-instance: exit 0; Stopping \(name).|
                changed: 0: OK "Success."
                changed: connect() : No such file or directory
                start-instance: exit 0; Starting \(name).|
                stop: exit 0; Stopping \(name).|Stopping \(name).|
                no process is left

                """,
            "\(result.complaints)"
        )
    }
}
