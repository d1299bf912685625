import Platform
import Testing

@testable import SystemLog

@Suite struct RepeatFilterTests {
    static func at(_ milliseconds: Int) -> Instant {
        Instant(nanoseconds: 1_000_000_000_000).advanced(milliseconds: milliseconds)
    }

    @Test func `of lines that differ in numbers only a few are let through in a minute, and the rest is counted`() {
        var filter = RepeatFilter()
        let admitted = (0..<25).filter { filter.admits("worker \($0 * 77) died", now: Self.at($0)).isAdmitted }
        #expect(admitted == Array(0..<10))
        let (isAdmitted, reports) = filter.admits("another line", now: Self.at(60_000))
        #expect(isAdmitted)
        #expect(reports == ["suppressed 15 similar lines, such as: worker 1848 died"])
        let again = filter.admits("worker 1 died", now: Self.at(60_001))
        #expect(again.isAdmitted && again.reports == [])
    }

    @Test func `lines that say something else are not counted together`() {
        var filter = RepeatFilter()
        for name in ["a", "b", "c"] {
            let admitted = (0..<10).filter { filter.admits("\(name) \($0)", now: Self.at($0)).isAdmitted }
            #expect(admitted.count == 10)
        }
    }

    @Test func `a flood of different kinds takes no more memory than a few of them`() {
        var filter = RepeatFilter(limits: .init(kinds: 5))
        let all = (0..<1000).map { String(repeating: "x", count: $0) }
        let admitted = all.filter { filter.admits($0, now: Self.at(0)).isAdmitted }
        #expect(admitted.count == 1000, "what is not known is let through")
        let repeated = (0..<20).filter { _ in filter.admits("x", now: Self.at(1)).isAdmitted }
        #expect(repeated.count == 9)
    }
}
