import Foundation
import TestSupport
import Testing

/// Answers without a verdict: mail servers know them only as the end of the connection.
@Suite struct DovecotUnavailableTests {
    /// The end of the connection in both directions, and neither a half-close nor a reset: with others Postfix never
    /// recovers, or loses an answer.
    private func expectEnd(_ client: DovecotClient, _ comment: Comment = "") {
        #expect(client.event() == .end, comment)
        #expect(client.isClosedByServer, comment)
    }

    @Test(arguments: ["unavailable", "down", "crash", "nonsense"])
    func `a client of minor version 0 gets the end of the connection, and later the verdict`(login: String) throws {
        let bed = try DovecotBed()
        for _ in 1...3 {
            let client = try bed.client(minor: 0)
            try client.begin(1, login, "secret")
            expectEnd(client, "\(login)")
        }
        #expect(bed.daemon.wait { (try? bed.login("alice", "secret", minor: 0)) == DovecotBed.accepted() })
    }

    @Test(arguments: ["unavailable", "down", "crash", "nonsense"])
    func `other clients get a temporary failure, and keep the connection`(login: String) throws {
        let bed = try DovecotBed()
        for minor in 1...3 {
            let client = try bed.client(minor: minor)
            try client.begin(1, login, "secret")
            #expect(client.event() == DovecotBed.temporary(1, login))
            #expect(try client.linesSoFar() == [])
        }
        #expect(bed.daemon.wait { (try? bed.login("alice", "secret")) == DovecotBed.accepted() })
    }

    @Test func `the end comes after LOGIN too`() throws {
        let bed = try DovecotBed()
        let client = try bed.client(minor: 0)
        try client.send("AUTH\t1\tLOGIN\tservice=smtp\n")
        #expect(client.event() == .line("CONT\t1\tVXNlcm5hbWU6"))
        try client.send("CONT\t1\t\(DovecotClient.base64("unavailable"))\n")
        #expect(client.event() == .line("CONT\t1\tUGFzc3dvcmQ6"))
        try client.send("CONT\t1\t\(DovecotClient.base64("secret"))\n")
        expectEnd(client)
    }

    @Test func `another request in flight gets its answer, and the connection stays`() throws {
        let bed = try DovecotBed("", ["-n", "2"])
        let client = try bed.client(minor: 0)
        try client.send(DovecotClient.login(1, "held", "secret") + DovecotClient.login(2, "unavailable", "secret"))
        #expect(client.event() == DovecotBed.temporary(2, "unavailable"))
        try bed.release("held")
        #expect(client.event() == DovecotBed.accepted(1, "held"))
        #expect(try client.linesSoFar() == [])
    }

    @Test(arguments: [
        (",unavailable=close", 1, true), (",unavailable=close", 0, true), (",unavailable=fail", 0, false),
        (",unavailable=auto", 0, true),
    ])
    func `unavailable= decides for all versions`(keys: String, minor: Int, closes: Bool) throws {
        let bed = try DovecotBed(keys)
        let client = try bed.client(minor: minor)
        try client.begin(1, "unavailable", "secret")
        if closes { expectEnd(client) } else { #expect(client.event() == DovecotBed.temporary(1, "unavailable")) }
    }

    @Test func `with --unavailable=no it is a refusal like any other`() throws {
        let bed = try DovecotBed("", ["--unavailable", "no"])
        for minor in 0...1 {
            #expect(try bed.login("unavailable", "secret", minor: minor) == DovecotBed.refused(1, "unavailable"))
        }
    }

    @Test func `a worker killed in mid-request is a temporary failure`() throws {
        let bed = try DovecotBed("", ["-n", "2"])
        let old = try bed.client(minor: 0)
        let new = try bed.client(minor: 1)
        try old.begin(1, "hang", "secret")
        try new.begin(1, "hang-too", "secret")
        // The second login is none that hangs: its answer shows that the first one has reached its worker.
        #expect(new.event() == DovecotBed.accepted(1, "hang-too"))
        let workers = try Command("/usr/bin/pgrep", "-P", "\(bed.daemon.pid)", "-f", "saslauthd-scripted").run().output
        for worker in workers.split(separator: "\n").compactMap({ Int32($0) }) { kill(worker, SIGKILL) }
        expectEnd(old)
        #expect(try new.linesSoFar() == [])
        #expect(bed.daemon.wait { (try? bed.login("alice", "secret", minor: 0)) == DovecotBed.accepted() })
    }

    @Test func `a request without a verdict is answered at the deadline`() throws {
        let bed = try DovecotBed(",deadline=1", ["-n", "2"])
        let old = try bed.client(minor: 0)
        let new = try bed.client(minor: 1)
        try old.begin(1, "hang", "secret")
        try new.begin(1, "hang", "secret")
        #expect(new.event() == DovecotBed.temporary(1, "hang"))
        expectEnd(old)
        #expect(bed.daemon.log.contains("no answer after 1 seconds (deadline= of --dovecot)"))
    }

    @Test func `a verdict after the deadline reaches nobody`() throws {
        let bed = try DovecotBed(",deadline=1")
        let client = try bed.client()
        try client.begin(1, "slower", "secret")
        #expect(client.event() == DovecotBed.temporary(1, "slower"))
        // The id is free again, and the late verdict is not for this request.
        try client.begin(1, "bob", "wrong")
        #expect(client.event() == DovecotBed.refused(1, "bob"))
        #expect(bed.daemon.wait { bed.daemon.log.contains("late") })
        #expect(try client.linesSoFar() == [])
    }

    @Test func `too long a login or password is refused without a question`() throws {
        let bed = try DovecotBed()
        let long = String(repeating: "a", count: 257)
        #expect(try bed.login(long, "secret") == DovecotBed.refused(1, long))
        #expect(try bed.login("alice", long) == DovecotBed.refused())
        #expect(!bed.daemon.log.contains("auth failure"))
    }
}
