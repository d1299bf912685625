import Authentication
import Platform
import Testing

@testable import DovecotProtocol

@Suite struct ExchangeLinesTests {
    private static let invalid = "code=invalid_base64\treason=Invalid base64 data in continued response\n"
    private static let timedOut = "reason=Authentication request timed out\n"

    /// What becomes of `line` when request 7 waits for its client.
    private func result(_ line: String) -> [Seen] {
        var trial = Trial()
        _ = trial.beginAndChallenge(7)
        return trial.feed(line + "\n")
    }

    @Test(arguments: [
        ("CONT\t7\tYWxpY2U=", "alice"), ("CONT\t007\tYWxpY2U=", "alice"), ("CONT\t7\t", ""), ("CONT\t7\t=", ""),
        ("CONT\t7\tYWxp Y2U=", "alice"), ("CONT\t7\tYWxpY2U=\t", "alice"), ("CONT\t7\tYWxpY2U=\r", "alice"),
    ])
    func `the client continues with a message`(line: String, message: String) {
        #expect(result(line) == [.proceed(7, message)])
    }

    @Test(arguments: [
        "CONT\t7\tYWxpY2U", "CONT\t7\t!", "CONT\t7\tYWxpY2U=\tx=y", "CONT\t7\tYWxp\u{1}tY2U=", "CONT\t7\t===",
    ])
    func `bad base64 ends the request at once`(line: String) {
        #expect(result(line) == [.send("FAIL\t7\t" + Self.invalid, ending: 7)])
    }

    @Test(arguments: [
        ("CONT\t8\tYWxpY2U=", "FAIL\t8\t"), ("CONT\t8\t!", "FAIL\t8\t"), ("CONT\t0\t", "FAIL\t0\t"),
        ("CONT\t0008\t", "FAIL\t8\t"),
    ])
    func `an unknown request has timed out`(line: String, beginning: String) {
        #expect(result(line) == [.send(beginning + Self.timedOut, ending: nil)])
    }

    @Test(arguments: [
        ("CONT", Violation.badIdentifier), ("CONT\tx\t", .badIdentifier), ("CONT\t4294967296\t", .badIdentifier),
        ("CONT\t\t", .badIdentifier), ("CONT\t7", .wordCount), ("CANCEL", .badIdentifier),
        ("CANCEL\tx", .badIdentifier),
        ("CANCEL\t", .badIdentifier), ("CANCEL\t7\t", .wordCount), ("CANCEL\t7\tx", .wordCount),
    ])
    func `a line without the right words closes the connection`(line: String, violation: Violation) {
        #expect(result(line) == [.close(violation)])
    }

    @Test func `a message while the server works ends the request, and its verdict is not sent`() {
        var trial = Trial()
        let key = trial.begin(7)
        #expect(trial.feed("CONT\t7\t\n") == [.send("FAIL\t7\treason=Unexpected continuation\n", ending: 7)])
        #expect(trial.connection.accept(key, login: "alice") == .none)
        #expect(trial.connection.isBusy == false)
    }

    @Test func `a client may cancel a request of its turn or the server's, and gets no answer`() {
        var trial = Trial()
        _ = trial.beginAndChallenge(1)
        let second = trial.begin(2)
        #expect(trial.feed("CANCEL\t1\nCANCEL\t2\nCANCEL\t3\nCANCEL\t0\n") == [.cancel(1), .cancel(2)])
        #expect(trial.connection.requestCount == 0 && !trial.connection.isBusy)
        #expect(trial.connection.accept(second, login: "alice") == .none)
        #expect(trial.feed("CONT\t1\t\n") == [.send("FAIL\t1\t" + Self.timedOut, ending: nil)])
    }

    @Test func `the verdict on a cancelled request never reaches a later one with its identifier`() {
        var trial = Trial()
        let old = trial.begin(1)
        _ = trial.feed("CANCEL\t1\n")
        let new = trial.begin(1)
        #expect(trial.connection.accept(old, login: "alice") == .none)
        #expect(trial.connection.reject(old, login: "alice", .refused(.wrongPassword)) == .none)
        #expect(trial.connection.failTemporarily(old, login: "alice") == .none)
        #expect(trial.connection.challenge(Span(), to: old, now: trial.now) == .none)
        #expect(trial.connection.accept(new, login: "bob").text == "OK\t1\tuser=bob\n")
    }

    @Test func `exchanges are interleaved, and answered in any order`() {
        var trial = Trial()
        let (first, second) = (trial.beginAndChallenge(1), trial.beginAndChallenge(2))
        #expect(trial.feed("CONT\t2\tYg==\nCONT\t1\tYQ==\n") == [.proceed(2, "b"), .proceed(1, "a")])
        #expect(trial.connection.accept(first, login: "a").text == "OK\t1\tuser=a\n")
        #expect(trial.connection.accept(second, login: "b").text == "OK\t2\tuser=b\n")
    }

    @Test func `six requests in one packet are six requests`() {
        var trial = Trial()
        let lines = (1...6).map { "AUTH\t\($0)\tPLAIN\tservice=smtp\n" }
        #expect(trial.feed(lines.joined()) == (1...6).map { .plain($0) })
    }

    @Test func `a mail server's next request replaces the exchange that it left behind`() {
        var trial = Trial(minorVersion: 0)
        let first = trial.beginAndChallenge(1)
        #expect(trial.feed("AUTH\t2\tPLAIN\tservice=smtp\n") == [.plain(2, replacing: 1)])
        #expect(trial.connection.accept(first, login: "alice") == .none)
        // A request that the server works on is not left behind.
        #expect(trial.feed("AUTH\t3\tPLAIN\tservice=smtp\n") == [.plain(3)])
    }

    @Test func `the oldest of too many exchanges is forgotten for a new one`() {
        var trial = Trial()
        for id in 1...32 as ClosedRange<UInt32> { _ = trial.beginAndChallenge(id) }
        _ = trial.feed("CONT\t1\t\n")
        _ = trial.beginAndChallenge(33)
        #expect(trial.feed("AUTH\t34\tPLAIN\tservice=smtp\n") == [.plain(34, replacing: 2)])
        #expect(trial.feed("CONT\t2\t\n") == [.send("FAIL\t2\t" + Self.timedOut, ending: nil)])
    }

    @Test func `an exchange is forgotten when its client does not continue for 150 s`() {
        var trial = Trial()
        #expect(trial.connection.deadline == nil)
        let first = trial.beginAndChallenge(1)
        let begin = trial.now
        trial.now = begin.advanced(milliseconds: 1)
        let second = trial.beginAndChallenge(2)
        let third = trial.begin(3)
        #expect(trial.connection.deadline == begin.advanced(milliseconds: 150_000))
        #expect(trial.connection.expire(now: begin.advanced(milliseconds: 149_999)) == [])
        #expect(trial.connection.expire(now: begin.advanced(milliseconds: 150_000)) == [first])
        #expect(trial.connection.expire(now: begin.advanced(milliseconds: 1_000_000)) == [second])
        #expect(trial.connection.deadline == nil && trial.connection.requestCount == 1)
        #expect(trial.connection.accept(third, login: "alice") != .none)
    }

    @Test func `a client with many requests in flight has to wait, and nothing is lost`() {
        var limits = DovecotConnection.Limits()
        limits.requests = 2
        var trial = Trial(minorVersion: 2, [.plain], .automatic, limits)
        let lines = (1...4).map { "AUTH\t\($0)\tPLAIN\tservice=smtp\n" }.joined()
        #expect(trial.feed(lines + "AUTH\t5\tPL") == [.plain(1), .plain(2)])
        #expect(trial.connection.isFull == true)
        #expect(trial.feed("AIN\tservice=smtp\nCANC") == [])
        for id in 1...3 as ClosedRange<UInt32> {
            let key = trial.keys[id] ?? RequestKey(id: 0, serial: 0)
            #expect(trial.connection.reject(key, login: nil, .refused(.wrongPassword)) != .none)
            #expect(trial.connection.isFull == false)
            #expect(trial.feed("") == [.plain(id + 2)])
        }
        #expect(
            trial.connection.challenge(Span(), to: trial.keys[4] ?? .init(id: 0, serial: 0), now: trial.now) != .none
        )
        #expect(trial.feed("EL\t5\n") == [.cancel(5)])
    }

    @Test func `requests that a client gives up count until the server has answered them`() {
        var limits = DovecotConnection.Limits()
        limits.requests = 2
        var trial = Trial(minorVersion: 2, [.plain], .automatic, limits)
        let begin = "AUTH\t1\tPLAIN\tservice=smtp\n"
        #expect(trial.feed(begin + "CANCEL\t1\n" + begin) == [.plain(1), .cancel(1), .plain(1)])
        #expect(trial.connection.isFull == true)
        let key = trial.keys[1] ?? RequestKey(id: 0, serial: 0)
        #expect(trial.connection.accept(key, login: "alice") != .none)
        #expect(trial.feed(begin + "CONT\t1\t\n" + begin) == [.plain(1)])
        let first = RequestKey(id: 1, serial: key.serial - 1)
        #expect(trial.connection.reject(first, login: nil, .refused(.wrongPassword)) == .none)
        #expect(
            trial.feed("") == [.send("FAIL\t1\treason=Unexpected continuation\n", ending: 1), .plain(1)]
        )
        #expect(trial.connection.isFull == true)
    }
}
