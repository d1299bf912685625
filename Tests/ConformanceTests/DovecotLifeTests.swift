import Foundation
import Platform
import TestSupport
import Testing

/// Connections that mail servers keep: through reloads, the end of a frontend, and crowds.
@Suite struct DovecotLifeTests {
    @Test func `a reload closes idle connections, and others after their answers`() throws {
        let bed = try DovecotBed("", ["-n", "2"])
        let idle = try bed.client(minor: 0)
        let silent = try DovecotClient(bed.socket)
        #expect(try silent.greeting().last == "DONE")
        let busy = try bed.client(minor: 0)
        try busy.begin(1, "slower", "secret")
        let asked = try bed.client(minor: 0)
        try asked.send("AUTH\t1\tLOGIN\tservice=smtp\n")
        #expect(asked.event() == .line("CONT\t1\tVXNlcm5hbWU6"))
        #expect(bed.daemon.reload())
        #expect(idle.event() == .end && idle.isClosedByServer)
        #expect(silent.event() == .end)
        #expect(busy.event() == DovecotBed.accepted(1, "slower"))
        #expect(busy.event() == .end && busy.isClosedByServer)
        try asked.send("CONT\t1\t\(DovecotClient.base64("alice"))\n")
        #expect(asked.event() == .line("CONT\t1\tUGFzc3dvcmQ6"))
        try asked.send("CONT\t1\t\(DovecotClient.base64("secret"))\n")
        #expect(asked.event() == DovecotBed.accepted())
        #expect(asked.event() == .end)
        #expect(try bed.login("alice", "secret", minor: 0) == DovecotBed.accepted())
    }

    @Test func `a login that is sent while a reload closes its connection is answered`() throws {
        let bed = try DovecotBed()
        let old = try #require(bed.daemon.frontend)
        let clients = try (0..<8).map { _ in try bed.client(minor: 0) }
        // It learns of the reload, and then of the logins.
        kill(old, SIGSTOP)
        defer { kill(old, SIGCONT) }
        #expect(bed.daemon.reload())
        for client in clients { try client.begin(1, "alice", "secret") }
        kill(old, SIGCONT)
        for client in clients {
            #expect(client.event() == DovecotBed.accepted())
            #expect(client.event() == .end)
        }
    }

    @Test func `a client that always has a request in flight does not keep the old frontend`() throws {
        let bed = try DovecotBed("", ["-n", "4"])
        let old = try bed.daemon.runningFrontend()
        let client = try bed.client()
        for id in 1...8 { try client.begin(UInt32(id), "alice", "secret") }
        #expect(bed.daemon.reload())
        var next: UInt32 = 9
        var event = client.event()
        while case .line = event {
            try client.begin(next, "alice", "secret")
            next += 1
            event = client.event()
        }
        #expect(event == .end || event == .reset)
        #expect(bed.daemon.wait { kill(old, 0) != 0 })
    }

    @Test func `clients of a killed frontend connect again at once, and wait for the next one`() throws {
        let bed = try DovecotBed()
        let idle = try bed.client(minor: 0)
        let busy = try bed.client(minor: 0)
        try busy.begin(1, "hang", "secret")
        let frontend = try bed.daemon.runningFrontend()
        kill(frontend, SIGKILL)
        #expect(idle.event() == .end)
        #expect([.end, .reset].contains(busy.event()))
        #expect(try bed.login("alice", "secret", minor: 0) == DovecotBed.accepted())
    }

    @Test func `1,000 idle connections are kept, and a new one is served`() throws {
        let bed = try DovecotBed()
        _ = DescriptorLimit.raised()
        let clients = try (0..<1000).map { _ in try bed.client(minor: 0) }
        #expect(try bed.login("alice", "secret", minor: 0) == DovecotBed.accepted())
        let first = try #require(clients.first)
        for client in [first] + clients.suffix(2) {
            try client.begin(1, "bob", "secret")
            #expect(client.event() == DovecotBed.accepted(1, "bob"))
        }
        #expect(!clients.contains { $0.hasEvent }, "none was closed")
    }

    @Test func `where descriptors are few, the connection that is idle longest makes room, and no busy one`() throws {
        let bed = try DovecotBed("", ["-n", "20"], startedBy: ["/usr/bin/prlimit", "--nofile=200"])
        let busy = try bed.client(minor: 0)
        try busy.begin(1, "slower", "secret")
        let idle = try (0..<16).map { _ in try bed.client(minor: 0) }
        #expect(idle[0].event() == .end && idle[0].isClosedByServer)
        #expect(busy.event() == DovecotBed.accepted(1, "slower"))
        #expect(try bed.login("alice", "secret", minor: 0) == DovecotBed.accepted())
        #expect(idle.filter { $0.hasEvent }.count == 2)
    }

    @Test func `a login that is sent while its connection is evicted is answered`() throws {
        let bed = try DovecotBed("", ["-n", "20"], startedBy: ["/usr/bin/prlimit", "--nofile=200"])
        let frontend = try bed.daemon.runningFrontend()
        var clients: [DovecotClient] = []
        while !clients.contains(where: { $0.hasEvent }) { clients.append(try bed.client(minor: 0)) }
        // A connection can be greeted before the one that made room for it is closed, but no login answered.
        let newest = try #require(clients.last)
        for number in 1...2 {
            try newest.begin(UInt32(number), "bob", "secret")
            #expect(newest.event() == DovecotBed.accepted(number, "bob"))
        }
        let oldest = try #require(clients.first(where: { !$0.hasEvent }))
        // It learns of the new connection, and then of the login.
        kill(frontend, SIGSTOP)
        defer { kill(frontend, SIGCONT) }
        let new = try DovecotClient(bed.socket)
        try oldest.begin(1, "alice", "secret")
        kill(frontend, SIGCONT)
        #expect(oldest.event() == DovecotBed.accepted())
        #expect(oldest.event() == .end)
        withExtendedLifetime(new) {}
    }

    @Test func `while all connections are busy, a new one waits for its greeting`() throws {
        let bed = try DovecotBed("", ["-n", "20"], startedBy: ["/usr/bin/prlimit", "--nofile=200"])
        let busy = try (0..<16).map { _ in try bed.client(minor: 0) }
        for client in busy { try client.begin(1, "slow", "secret") }
        #expect(try bed.login("alice", "secret", minor: 0) == DovecotBed.accepted())
        for client in busy { #expect([.end, DovecotBed.accepted(1, "slow")].contains(client.event())) }
    }

    @Test func `clients that go away in mid-exchange or before their answer leave nothing behind`() throws {
        let bed = try DovecotBed("", ["-n", "2"])
        let frontend = try bed.daemon.runningFrontend()
        let before = bed.descriptors(frontend)
        for _ in 0..<50 {
            let asked = try bed.client()
            try asked.send("AUTH\t1\tLOGIN\tservice=smtp\n")
            #expect(asked.event() == .line("CONT\t1\tVXNlcm5hbWU6"))
            let waiting = try bed.client(minor: 0)
            try waiting.begin(1, "slow", "secret")
            let partial = try bed.client()
            try partial.send("AUTH\t1\tPLAIN\tserv")
        }
        #expect(bed.awaitsDescriptors(before, of: frontend))
        #expect(try bed.login("alice", "secret") == DovecotBed.accepted())
        #expect(bed.daemon.frontend == frontend)
    }

    @Test func `a client that reads late gets all its answers`() throws {
        let bed = try DovecotBed("", ["-n", "4"])
        for endsOutput in [false, true] {
            let client = try bed.client()
            let count = 2000
            let requests = (1...count).map { DovecotClient.login(UInt32($0), "alice", "secret") }.joined()
            let awaitSent = client.sendInBackground(requests, endingOutput: endsOutput)
            for _ in 0..<20 { #expect(try bed.login("bob", "secret") == DovecotBed.accepted(1, "bob")) }
            let events = client.events(count)
            #expect(events.count == count)
            #expect(Set(events) == Set((1...count).map { DovecotBed.accepted($0) }))
            awaitSent()
            if endsOutput { #expect(client.event() == .end) } else { #expect(try client.linesSoFar() == []) }
        }
    }

    @Test func `a client that sends no more gets the answers that are due, and then the end`() throws {
        let bed = try DovecotBed("", ["-n", "2"])
        for minor in 0...1 {
            let client = try bed.client(minor: minor)
            try client.send(DovecotClient.login(1, "slow", "secret") + DovecotClient.login(2, "alice", "wrong"))
            try client.send("AUTH\t3\tLOGIN\tservice=smtp\n")
            client.endOutput()
            let events = client.events(4)
            #expect(
                Set(events.prefix(3)) == [
                    .line("CONT\t3\tVXNlcm5hbWU6"), DovecotBed.refused(2), DovecotBed.accepted(1, "slow"),
                ]
            )
            #expect(events.last == .end && client.isClosedByServer)
        }
    }
}
