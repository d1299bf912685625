import Platform
import Testing

@testable import Master

@Suite struct ReloadPaceTests {
    static func at(_ milliseconds: Int) -> Instant {
        Instant(nanoseconds: 1_000_000_000).advanced(milliseconds: milliseconds)
    }

    @Test func `the first reload begins at once, and none that nobody asks for`() {
        var pace = ReloadPace()
        #expect(pace.begins(now: Self.at(0)) == false)
        #expect(pace.deadline(now: Self.at(0)) == nil)
        pace.ask()
        #expect(pace.deadline(now: Self.at(0)) == Self.at(0))
        #expect(pace.begins(now: Self.at(0)) == true)
        #expect(pace.begins(now: Self.at(5000)) == false)
    }

    @Test func `all that are asked for within a second are one, which is put off and not lost`() {
        var pace = ReloadPace()
        pace.ask()
        #expect(pace.begins(now: Self.at(0)) == true)
        for time in 1..<1000 {
            pace.ask()
            #expect(pace.begins(now: Self.at(time)) == false)
            #expect(pace.deadline(now: Self.at(time)) == Self.at(1000))
        }
        #expect(pace.begins(now: Self.at(1000)) == true)
        #expect(pace.begins(now: Self.at(9000)) == false)
        pace.ask()
        #expect(pace.deadline(now: Self.at(9000)) == Self.at(9000))
        #expect(pace.begins(now: Self.at(9000)) == true)
    }
}
