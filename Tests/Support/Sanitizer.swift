internal import Foundation

/// The sanitizer with which tests and programs were built: `make test SANITIZE=thread` or `address`.
package enum Sanitizer: String, Sendable {
    case thread, address

    /// The sanitizer of this run; `nil` in a usual one.
    package static let current = Sanitizer(rawValue: ProcessInfo.processInfo.environment["SANITIZE"] ?? "")

    /// The variables with which the programs under test write their reports to where `.ci/tests` finds them.
    ///
    /// LeakSanitizer traces the process that it checks, which the kernel refuses for programs that dropped privileges
    /// or disabled core files: it checks only the tests, and `make leaks` the mechanisms.
    static let variables: [String: String] = {
        let own = ProcessInfo.processInfo.environment.filter { ["TSAN_OPTIONS", "ASAN_OPTIONS"].contains($0.key) }
        return own.mapValues { "\($0):detect_leaks=0" }
    }()
}
