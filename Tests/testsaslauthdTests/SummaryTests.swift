import Platform
import Testing

@testable import testsaslauthd

@Suite struct SummaryTests {
    @Test func `the text counts outcomes and spreads the latencies of answers`() {
        var summary = Summary(concurrency: 8)
        for number in 1...1000 {
            summary.add(number <= 990 ? .accepted : .refused, latency: UInt64(number) * 1_000_000)
        }
        summary.add(.failed(.noLength), latency: 1)
        summary.add(.failed(.textCut), latency: 1)
        summary.duration = 500_000_000
        #expect(
            summary.text == """
                requests: 1002, 8 at a time, in 500.000 ms
                OK: 990, NO: 10, temporary failure: 2
                answers per second: 2000
                latency in ms: min 1.000, p50 500.171, p90 900.202, p99 990.380, p99.9 999.293, max 1000.000

                """
        )
        #expect(summary.firstFailure == .noLength)
    }

    @Test func `the worst outcome is the exit code`() {
        var summary = Summary(concurrency: 1)
        #expect(summary.exitCode == 0)
        summary.add(.accepted, latency: 1)
        #expect(summary.exitCode == 0)
        summary.add(.refused, latency: 1)
        #expect(summary.exitCode == 1)
        summary.add(.failed(.noLength), latency: 1)
        summary.add(.accepted, latency: 1)
        #expect(summary.exitCode == 2)
    }

    @Test(arguments: [(0, "0.000"), (499, "0.000"), (500, "0.001"), (45_000, "0.045"), (12_345_678, "12.346")])
    func `milliseconds have three decimal places`(nanoseconds: UInt64, text: String) {
        #expect(Summary.milliseconds(nanoseconds) == text)
    }

    @Test func `progress is shown at intervals on a terminal, and removed at the end`() {
        let transcript = Transcript()
        var progress = Progress(total: 100, console: transcript.console(showsProgress: true))
        progress.show(1, at: .now)
        #expect(transcript.error.isEmpty)
        progress.show(50, at: Instant.now.advanced(milliseconds: 1000))
        #expect(transcript.error.hasPrefix("\r\u{1B}[K50 of 100, "))
        progress.show(100)
        #expect(transcript.error.hasSuffix("\r\u{1B}[K"))

        let quiet = Transcript()
        var hidden = Progress(total: 100, console: quiet.console)
        hidden.show(50, at: Instant.now.advanced(milliseconds: 1000))
        hidden.show(100)
        #expect(quiet.error.isEmpty)
    }
}
