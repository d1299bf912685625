import Authentication
import TestSupport
import Testing

@testable import DovecotProtocol

@Suite struct RandomInputTests {
    private static let lines = [
        "AUTH\t1\tPLAIN\tservice=smtp\tresp=AGFsaWNlAHNlY3JldA==\n", "AUTH\t2\tLOGIN\tservice=smtp\trip=192.0.2.1\n",
        "CONT\t2\tYWxpY2U=\r\n", "CONT\t9\t\n", "CANCEL\t2\n", "AUTH\t3\tplain\tprotocol=\u{1}t\tsecured\tno-penalty\n",
        "AUTH\t4\tPLAIN\tservice=smtp\tresp=!\n", "AUTH\t5\tPLAIN\t" + String(repeating: "x", count: 17_000) + "\n",
        "CONT\t3\t=\n",
    ]

    /// What a connection does with `bytes` in pieces that `cut` measures; each request of LOGIN gets a challenge.
    private func run(_ bytes: [UInt8], cut: (Int) -> Int) -> [Seen] {
        var trial = Trial(minorVersion: nil)
        var seen: [Seen] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + cut(bytes.count - start))
            seen += trial.feed(Array(bytes[start..<end]))
            start = end
        }
        return seen
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `the same bytes are the same events, in pieces of any size`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let text = Trial.greeting + (0..<12).map { _ in Self.lines.randomElement(using: &random) ?? "" }.joined()
        let bytes = Array(text.utf8)
        let whole = run(bytes) { $0 }
        #expect(run(bytes) { _ in 1 } == whole)
        for longest in [3, 100, 5000, 20_000] {
            #expect(run(bytes) { _ in Int.random(in: 1...longest, using: &random) } == whole)
        }
    }

    /// Valid lines, with bytes changed, inserted and removed.
    private func damaged(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(
            (Trial.greeting + (0..<6).map { _ in Self.lines.randomElement(using: &random) ?? "" }.joined()).utf8
        )
        let special: [UInt8] = [0, 1, 9, 10, 13, 0x20, 0x3D, 0x30, 0x41, 0xFF]
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let byte = special.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = byte
            case 1: bytes.insert(byte, at: place)
            default: bytes.remove(at: place)
            }
        }
        return bytes
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `hostile input never gets an acceptance, and nothing follows a close`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let seen = run(damaged(&random)) { _ in Int.random(in: 1...4000, using: &random) }
        for (index, event) in seen.enumerated() {
            switch event {
            case .send(let line, _):
                #expect(line.hasPrefix("FAIL\t") && line.hasSuffix("\n"))
                #expect(line.utf8.dropLast().allSatisfy { $0 >= 0x20 || $0 == 0x09 }, "nothing escapes into a line")
            case .close: #expect(index == seen.count - 1)
            case .begin(_, _, let service, let remote, _, _, _):
                #expect(!service.bytes.contains(0) && remote.isPrintable)
            case .proceed, .cancel: break
            }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `requests in flight are counted right, whatever client and server do`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var limits = DovecotConnection.Limits()
        (limits.requests, limits.exchanges) = (3, 2)
        var trial = Trial(minorVersion: UInt32(seed % 3), [.plain], .fail, limits)
        // The requests of the server's turn, by identifier.
        var open: [UInt32: RequestKey] = [:]
        // Those that the client gave up in the server's turn.
        var abandoned: [RequestKey] = []
        for _ in 0..<300 where !trial.connection.isClosed {
            let id = UInt32.random(in: 1...6, using: &random)
            var line = ""
            switch Int.random(in: 0..<7, using: &random) {
            case 0, 1: if trial.connection.requests[id] == nil { line = "AUTH\t\(id)\tPLAIN\tservice=smtp\n" }
            case 2: line = "CONT\t\(id)\t\n"
            case 3: line = "CANCEL\t\(id)\n"
            case 4:
                if let key = open.removeValue(forKey: id) {
                    #expect(trial.connection.challenge(Span(), to: key, now: trial.now) != .none)
                }
            case 5:
                if let key = abandoned.popLast() { #expect(trial.connection.accept(key, login: "alice") == .none) }
            default:
                if let key = open.removeValue(forKey: id) {
                    #expect(trial.connection.accept(key, login: "alice") != .none)
                }
            }
            for event in trial.feed(line) {
                switch event {
                case .begin(let id, _, _, _, _, _, _), .proceed(let id, _): open[id] = trial.keys[id]
                case .cancel(let id), .send(_, .some(let id)):
                    if let key = open.removeValue(forKey: id) { abandoned.append(key) }
                case .send(_, nil): break
                case .close: open = [:]
                }
            }
            #expect(trial.connection.working == open.count)
            #expect(trial.connection.isFull == (open.count + abandoned.count >= 3))
            #expect(trial.connection.requestCount <= 3 + 2 + 1)
        }
    }
}
