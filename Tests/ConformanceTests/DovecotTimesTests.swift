import Foundation
import TestSupport
import Testing

/// The order of answers: refusals are delayed, but nobody waits longer than his client does.
@Suite struct DovecotTimesTests {
    /// A login without a verdict until the deadline; whatever is answered before it was answered in time.
    private static let hanging = (id: UInt32(99), login: "hang")

    private static func id(_ event: DovecotClient.Event) -> String? {
        guard case .line(let line) = event else { return nil }
        return line.split(separator: "\t").dropFirst().first.map(String.init)
    }

    @Test func `no refusal is delayed beyond hold=`() throws {
        let bed = try DovecotBed(",hold=1", ["--throttle", "on"])
        let client = try bed.client()
        try client.begin(Self.hanging.id, Self.hanging.login, "secret")
        // Without hold= these delays are 1, 2, 4, and so on, in seconds: more than the deadline of the first login.
        for id in 1...7 {
            try client.begin(UInt32(id), "alice", "wrong")
            #expect(client.event() == DovecotBed.refused(id))
        }
        #expect(client.event() == DovecotBed.temporary(99, "hang"))
    }

    @Test func `with hold=0 refusals are not delayed`() throws {
        let bed = try DovecotBed(",hold=0", ["--throttle", "on"])
        let client = try bed.client()
        try client.begin(Self.hanging.id, Self.hanging.login, "secret")
        for id in 1...8 {
            try client.begin(UInt32(id), "alice", "wrong")
            #expect(client.event() == DovecotBed.refused(id))
        }
        #expect(client.event() == DovecotBed.temporary(99, "hang"))
    }

    @Test func `delayed refusals keep no other login waiting, on the same connection or another`() throws {
        let bed = try DovecotBed("", ["--throttle", "on"])
        let client = try bed.client()
        for id in 1...3 {
            try client.begin(UInt32(id), "alice", "wrong")
            #expect(client.event() == DovecotBed.refused(id))
        }
        try client.send(DovecotClient.login(4, "alice", "wrong") + DovecotClient.login(5, "bob", "secret"))
        #expect(try bed.login("carol", "secret") == DovecotBed.accepted(1, "carol"))
        #expect(client.events(2) == [DovecotBed.accepted(5, "bob"), DovecotBed.refused(4)])
    }

    @Test func `a password that was right before does not wait behind ten wrong ones`() throws {
        let bed = try DovecotBed("", ["--throttle", "on"])
        #expect(try bed.login("alice", "secret") == DovecotBed.accepted())
        let client = try bed.client()
        let guesses = (1...10).map { DovecotClient.login(UInt32($0), "alice", "wrong\($0)") }
        try client.send(guesses.joined() + DovecotClient.login(11, "alice", "secret"))
        let events = client.events(11)
        #expect(Set(events.compactMap(Self.id)).count == 11)
        let place = try #require(events.firstIndex(of: DovecotBed.accepted(11)))
        #expect(place < 10, "\(events)")
    }

    @Test func `no answer comes later than the deadline, however many wrong passwords come before it`() throws {
        let bed = try DovecotBed("", ["--throttle", "on"])
        let client = try bed.client()
        let guesses = (1...10).map { DovecotClient.login(UInt32($0), "alice", "wrong\($0)") }
        try client.send(guesses.joined() + DovecotClient.login(11, "alice", "secret"))
        let first = client.event()
        try client.begin(Self.hanging.id, Self.hanging.login, "secret")
        let events = [first] + client.events(11)
        #expect(Set(events.compactMap(Self.id)).count == 12)
        #expect(events.last == DovecotBed.temporary(99, "hang"), "\(events)")
    }

    @Test func `six requests at once are answered as their verdicts come`() throws {
        let bed = try DovecotBed("", ["-n", "6"])
        let client = try bed.client()
        let logins = ["held-1", "alice", "held-3", "bob", "unknown", "carol"]
        try client.send(logins.enumerated().map { DovecotClient.login(UInt32($0 + 1), $1, "secret") }.joined())
        let events = client.events(4)
        #expect(Set(events.compactMap(Self.id)) == ["2", "4", "5", "6"])
        #expect(events.contains(DovecotBed.refused(5, "unknown")))
        for id in [3, 1] {
            try bed.release("held-\(id)")
            #expect(client.event() == DovecotBed.accepted(id, "held-\(id)"))
        }
    }

    @Test func `a client that does not greet is disconnected after --request-timeout`() throws {
        let bed = try DovecotBed("", ["--request-timeout", "1"])
        for words in ["", "VERSION\t1\t0\n", "VERSION\t1\t0\nCPID\t", "VER"] {
            let client = try DovecotClient(bed.socket)
            #expect(try client.greeting().last == "DONE")
            try client.send(words)
            #expect(client.event() == .end, "\(words)")
        }
        // One that has greeted stays: others that came later are gone.
        let kept = try bed.client()
        let silent = try DovecotClient(bed.socket)
        #expect(try silent.greeting().last == "DONE" && silent.event() == .end)
        try kept.begin(1, "alice", "secret")
        #expect(kept.event() == DovecotBed.accepted())
    }
}
