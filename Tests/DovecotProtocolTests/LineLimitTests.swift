import Authentication
import Testing

@testable import DovecotProtocol

@Suite struct LineLimitTests {
    private static let tooLong = "reason=Authentication request is too long\n"

    /// A line that begins with `beginning`, of `length` bytes with its line break.
    private func line(_ beginning: String, _ length: Int) -> String {
        beginning + String(repeating: "A", count: length - 1 - beginning.utf8.count) + "\n"
    }

    /// The events of `text`, in one piece and byte by byte, which must be the same.
    private func result(_ text: String) -> [Seen] {
        var whole = Trial()
        var bytewise = Trial()
        for id in [8, 9] as [UInt32] {
            _ = whole.beginAndChallenge(id)
            _ = bytewise.beginAndChallenge(id)
        }
        let seen = whole.feed(text)
        var others: [Seen] = []
        for byte in text.utf8 { others += bytewise.feed([byte]) }
        #expect(seen == others)
        return seen
    }

    @Test func `a line may have 16,384 bytes`() {
        #expect(result(line("AUTH\t1\tPLAIN\tservice=smtp\tx=", 16_384)) == [.plain(1)])
    }

    @Test(arguments: [16_385, 16_386, 20_000, 40_000])
    func `a longer line is a failed request, and the connection stays`(length: Int) {
        let next = "AUTH\t2\tPLAIN\tservice=smtp\n"
        #expect(
            result(line("AUTH\t1\tPLAIN\tservice=smtp\tresp=", length) + next)
                == [.send("FAIL\t1\t" + Self.tooLong, ending: nil), .plain(2)]
        )
        #expect(
            result(line("CONT\t8\t", length) + next) == [.send("FAIL\t8\t" + Self.tooLong, ending: 8), .plain(2)]
        )
        #expect(
            result(line("CONT\t7\t", length) + next)
                == [.send("FAIL\t7\treason=Authentication request timed out\n", ending: nil), .plain(2)]
        )
    }

    @Test(arguments: [
        ("AUTH\t", Violation.badIdentifier), ("AUTH\tx\t", .badIdentifier), ("AUTH\t0\t", .badIdentifier),
        ("AUTH\t8\t", .identifierInUse), ("AUTH\t000000000000000000000000001", .badIdentifier),
        ("CONT\t", .tooLong),
        ("CONT\tx\t", .tooLong), ("CANCEL\t8\t", .tooLong), ("", .tooLong), ("AUTH\t1\t\0", .zeroByte),
    ])
    func `a longer line without identifier closes the connection`(beginning: String, violation: Violation) {
        #expect(result(line(beginning, 20_000)) == [.close(violation)])
    }

    @Test(arguments: ["", "VERSION\t1\t2\n"])
    func `a longer line in the greeting closes the connection`(before: String) {
        var trial = Trial(minorVersion: nil)
        #expect(trial.feed(before + line("AUTH\t1\t", 20_000)) == [.close(.tooLong)])
    }

    @Test func `a line that never ends closes the connection`() {
        var trial = Trial()
        let piece = [UInt8](repeating: UInt8(ascii: "A"), count: 65_536)
        var seen = trial.feed("AUTH\t1\tPLAIN\t")
        var count = 0
        while !trial.connection.isClosed, count < 100 {
            seen += trial.feed(piece)
            count += 1
        }
        #expect(seen == [.send("FAIL\t1\t" + Self.tooLong, ending: nil), .close(.tooLong)])
        #expect(count == 17)
    }

    @Test func `a long line behind requests of a client that has to wait is skipped too`() {
        var limits = DovecotConnection.Limits()
        limits.requests = 1
        var trial = Trial(minorVersion: 2, [.plain], .automatic, limits)
        let long = line("AUTH\t2\tPLAIN\tservice=smtp\tresp=", 50_000)
        #expect(trial.feed("AUTH\t1\tPLAIN\tservice=smtp\n" + long + "AUTH\t3\tPLAIN\tservice=smtp\n") == [.plain(1)])
        let key = trial.keys[1] ?? RequestKey(id: 0, serial: 0)
        #expect(trial.connection.accept(key, login: "alice") != .none)
        #expect(trial.feed("") == [.send("FAIL\t2\t" + Self.tooLong, ending: nil), .plain(3)])
    }
}
