import Platform
import Testing

@testable import saslauthctl

@Suite struct TopSessionTests {
    private static let start = Instant(nanoseconds: 1_000_000_000_000)
    private static func at(_ milliseconds: Int) -> Instant { start.advanced(milliseconds: milliseconds) }
    private static func report(_ counting: Int) -> TopReport {
        var report = TopReport()
        report.counting = counting
        return report
    }

    private static func session(count: Int? = nil) -> TopSession {
        TopSession(interval: 1000, patience: 5000, count: count, now: start)
    }

    @Test func `it asks each second, and shows each answer with the one before`() {
        var session = Self.session()
        #expect(session.due(Self.at(0)) == [.ask] && session.due(Self.at(999)) == [])
        let first = session.ended(.answered(Self.report(1)), Self.at(2))
        #expect(first == [.show(.answered(earlier: nil, later: Self.report(1)))])
        #expect(session.deadline == Self.at(1000) && session.due(Self.at(1001)) == [.ask])
        let second = session.ended(.answered(Self.report(2)), Self.at(1003))
        #expect(second == [.show(.answered(earlier: Self.report(1), later: Self.report(2)))])
        // What was missed, for instance while the program was stopped, is not made up for.
        #expect(session.due(Self.at(7500)) == [.ask] && session.deadline == Self.at(8000))
    }

    @Test func `it ends after as many views as are wanted, those of an absence among them`() {
        var session = Self.session(count: 2)
        #expect(session.due(Self.at(0)) == [.ask])
        #expect(session.ended(.answered(Self.report(1)), Self.at(1)).count == 1)
        #expect(session.due(Self.at(1000)) == [.ask])
        #expect(
            session.ended(.failed(reason: "gone", explanation: "why"), Self.at(1000)) == [
                .show(.absent(reason: "gone", milliseconds: 0, last: Self.report(1))), .end(.complete),
            ]
        )
    }

    @Test func `a daemon that goes is waited for, and its absence has a length`() {
        var session = Self.session()
        _ = session.due(Self.at(0))
        _ = session.ended(.answered(Self.report(1)), Self.at(0))
        for second in 1...3 {
            #expect(session.due(Self.at(second * 1000)) == [.ask])
            let steps = session.ended(.failed(reason: "gone", explanation: "why"), Self.at(second * 1000))
            #expect(
                steps == [.show(.absent(reason: "gone", milliseconds: (second - 1) * 1000, last: Self.report(1)))]
            )
        }
        #expect(session.due(Self.at(4000)) == [.ask])
        _ = session.ended(.answered(Self.report(7)), Self.at(4000))
        #expect(session.due(Self.at(5000)) == [.ask])
        let again = session.ended(.failed(reason: "gone", explanation: "why"), Self.at(5000))
        #expect(again == [.show(.absent(reason: "gone", milliseconds: 0, last: Self.report(7)))])
    }

    @Test func `where the very first question cannot be asked it ends`() {
        var session = Self.session()
        _ = session.due(Self.at(0))
        #expect(
            session.ended(.failed(reason: "x", explanation: "why"), Self.at(0)) == [
                .end(.unreachable(explanation: "why"))
            ]
        )
    }

    @Test func `a daemon that refuses to answer ends it`() {
        var session = Self.session()
        _ = session.due(Self.at(0))
        _ = session.ended(.answered(Self.report(1)), Self.at(0))
        _ = session.due(Self.at(1000))
        #expect(session.ended(.refused(reason: "old"), Self.at(1000)) == [.end(.refused(reason: "old"))])
    }

    @Test func `a connection that ends without an answer is followed by others at once, up to three`() {
        var session = Self.session()
        #expect(session.due(Self.at(0)) == [.ask])
        #expect(session.ended(.closed, Self.at(0)) == [.ask] && session.ended(.closed, Self.at(0)) == [.ask])
        let reason = "it closed the connection without an answer"
        #expect(
            session.ended(.closed, Self.at(0)) == [.show(.absent(reason: reason, milliseconds: 0, last: nil))]
        )
        #expect(session.due(Self.at(1000)) == [.ask])
    }

    @Test func `a daemon that is silent is said to be, and asked anew when its time is over`() {
        var session = Self.session()
        #expect(session.due(Self.at(0)) == [.ask])
        for second in 1...4 {
            let silent = TopView.Moment.absent(reason: "no answer yet", milliseconds: second * 1000, last: nil)
            #expect(session.due(Self.at(second * 1000)) == [.show(silent)])
        }
        let silent = TopView.Moment.absent(reason: "no answer yet", milliseconds: 5000, last: nil)
        #expect(session.due(Self.at(5000)) == [.show(silent), .ask])
        let answer = session.ended(.answered(Self.report(1)), Self.at(5001))
        #expect(answer == [.show(.answered(earlier: nil, later: Self.report(1)))])
    }
}
