internal import Foundation

/// A system of its own for one command; see the script `private-system`.
package enum PrivateSystem {
    /// Runs a command there; `folder` holds what it writes, `syslog` for instance.
    package static func run(_ folder: TemporaryFolder, _ command: [String]) throws -> Command.Result {
        let support = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let script = support.appendingPathComponent("private-system").path
        return try Command("/bin/sh", [script, folder.url.path] + command).run()
    }
}
