import Foundation
import Testing

@Suite struct ClockTests {
    /// The clock of the wall can jump; whatever waits or measures uses `Instant`, which counts since the boot.
    @Test func `only time stamps, dates of accounts, times of files and challenges use the clock that can be set`()
        throws
    {
        let sources = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Sources").standardizedFileURL
        let files = try #require(FileManager.default.enumerator(atPath: sources.path)).compactMap { $0 as? String }
        let calls = ["CLOCK_REALTIME", "gettimeofday", "time(nil)", "time(NULL)", "Date()", "Date.now"]
        let users = try files.filter { $0.hasSuffix(".swift") || $0.hasSuffix(".c") || $0.hasSuffix(".h") }.filter {
            let text = try String(contentsOf: sources.appendingPathComponent($0), encoding: .utf8)
            return calls.contains { text.contains($0) }
        }
        #expect(
            Set(users) == [
                "Frontend/Dovecot/DovecotService.swift", "Platform/Files/FileStatus.swift",
                "SystemAccounts/Validity.swift", "SystemLog/LogRecord.swift", "SystemLog/SyslogSocket.swift",
            ]
        )
    }
}
