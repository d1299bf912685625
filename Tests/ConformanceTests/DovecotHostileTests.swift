import Foundation
import Platform
import TestSupport
import Testing

/// Clients that mean harm: no login is accepted without a verdict, others are served, and nothing piles up.
@Suite struct DovecotHostileTests {
    /// The numbers of answers by their first word and id.
    private func tally(_ events: [DovecotClient.Event]) -> [String: Int] {
        var tally: [String: Int] = [:]
        for case .line(let line) in events {
            tally[line.split(separator: "\t").prefix(2).joined(separator: " "), default: 0] += 1
        }
        return tally
    }

    private func isAcceptance(_ event: DovecotClient.Event) -> Bool { "\(event)".hasPrefix("OK") }

    @Test func `a flood of AUTH and CANCEL is answered by nothing, and uses no more than 256 requests`() throws {
        let bed = try DovecotBed("", ["-n", "4"])
        let frontend = try bed.daemon.runningFrontend()
        let client = try bed.client()
        let flood = (1...5000).map {
            DovecotClient.login(UInt32($0), "alice", $0 % 2 == 0 ? "wrong" : "secret") + "CANCEL\t\($0)\n"
        }
        let awaitSent = client.sendInBackground(flood.joined())
        #expect(try bed.login("bob", "secret") == DovecotBed.accepted(1, "bob"))
        awaitSent()
        #expect(try client.linesSoFar() == [])
        try client.begin(1, "alice", "wrong")
        #expect(client.event() == DovecotBed.refused())
        #expect(bed.memory(frontend) < 300_000)
        #expect(bed.daemon.frontend == frontend)
    }

    @Test func `exchanges left behind, begun again and cancelled are forgotten`() throws {
        let bed = try DovecotBed()
        let frontend = try bed.daemon.runningFrontend()
        for minor in 0...2 {
            let client = try bed.client(minor: minor)
            for first in stride(from: 1, to: 20_000, by: 500) {
                let begun = (first..<first + 500).map { "AUTH\t\($0)\tLOGIN\tservice=smtp\n" }
                try client.send(begun.joined())
                #expect(client.events(500).count == 500)
            }
            try client.send((1...20_000).map { "CANCEL\t\($0)\n" }.joined())
            try client.begin(1, "alice", "secret")
            #expect(client.event() == DovecotBed.accepted())
        }
        #expect(bed.memory(frontend) < 300_000)
    }

    @Test func `an id that is used again never gets the verdict of the request before it`() throws {
        let bed = try DovecotBed("", ["-n", "4"])
        let client = try bed.client()
        let first = DovecotClient.login(1, "slow", "secret")
        for end in ["CANCEL\t1\n", "CONT\t1\t\n"] {
            try client.send(first + end + DovecotClient.login(1, "bob", "wrong"))
            let events = client.events(end.hasPrefix("CONT") ? 2 : 1)
            #expect(events.last == DovecotBed.refused(1, "bob"))
            // An exchange with the same id, which is open when the old verdict comes.
            try client.send("\(first)\(end)AUTH\t1\tLOGIN\tservice=smtp\n")
            #expect(client.events(end.hasPrefix("CONT") ? 2 : 1).last == .line("CONT\t1\tVXNlcm5hbWU6"))
            try client.begin(2, "slower", "secret")
            #expect(client.event() == DovecotBed.accepted(2, "slower"))
            try client.send("CONT\t1\t\n")
            #expect(client.event() == .line("FAIL\t1\treason=Authentication failed"))
        }
        // Two at once with one id end the connection.
        try client.send(first + first)
        #expect([.end, .reset].contains(client.event()))
    }

    /// Sends `text` again and again to a server whose answers nobody reads; returns how many bytes it has taken when it
    /// takes no more while `serves` is called.
    private func flood(_ path: String, _ text: String, whileServing serves: () throws -> Void) throws -> Int {
        let socket = try UnixSocket.connectNonblocking(to: path)
        let piece = Array((DovecotClient.greeting(minor: 1) + text).utf8)
        let more = Array(text.utf8)
        var (sent, offset, isFirst) = (0, 0, true)
        var idle = 0
        while idle < 5, sent < 64 << 20 {
            let bytes = isFirst ? piece : more
            switch try socket.send(bytes.span.extracting(offset..<bytes.count)) {
            case .bytes(let count):
                (sent, idle) = (sent + count, 0)
                offset += count
                if offset == bytes.count { (offset, isFirst) = (0, false) }
            case .wouldBlock:
                try serves()
                idle += 1
            case .ended: return sent
            }
        }
        return sent
    }

    @Test(arguments: [
        "CONT\t5\t\n", "CONT\t5\tAAAA\n", "AUTH\t1\tPLAIN\tservice=\nCANCEL\t1\n",
        "AUTH\t1\tPLAIN\tservice=x\tresp=!\n",
    ])
    func `a client that never reads is not served without end`(line: String) throws {
        let bed = try DovecotBed()
        let frontend = try bed.daemon.runningFrontend()
        let before = bed.descriptors(frontend)
        let taken = try flood(bed.socket, String(repeating: line, count: 65_536 / line.utf8.count)) {
            let answer = try bed.login("alice", "secret")
            #expect(answer == DovecotBed.accepted())
        }
        #expect(taken < 4 << 20)
        #expect(bed.memory(frontend) < 300_000)
        #expect(bed.awaitsDescriptors(before, of: frontend))
    }

    @Test func `clients that never greet or never end their line are disconnected, and meanwhile others are served`()
        throws
    {
        let bed = try DovecotBed("", ["--request-timeout", "1"])
        _ = DescriptorLimit.raised()
        let frontend = try bed.daemon.runningFrontend()
        let before = bed.descriptors(frontend)
        let silent = try (0..<500).map { number in
            let client = try DovecotClient(bed.socket)
            if number % 2 == 0 { try client.send(String(repeating: "V", count: number)) }
            return client
        }
        #expect(try bed.login("alice", "secret") == DovecotBed.accepted())
        for client in silent {
            _ = try client.greeting()
            #expect([.end, .reset].contains(client.event()))
        }
        #expect(bed.awaitsDescriptors(before, of: frontend))
        let endless = try bed.client()
        try endless.send(String(repeating: "A", count: 1 << 21))
        #expect([.end, .reset].contains(endless.event()))
    }

    @Test(.enabled(if: geteuid() == 0, "needs another account"))
    func `64 connections with 256 slow requests each leave room for another account`() throws {
        let bed = try DovecotBed(",mode=0666", ["-n", "4"])
        let frontend = try bed.daemon.runningFrontend()
        let before = bed.descriptors(frontend)
        let requests = (1...256).map { DovecotClient.login(UInt32($0), "slow", "wrong") }.joined()
        do {
            let clients = try (0..<64).map { _ in try bed.client() }
            for client in clients { try client.send(requests) }
            // Another account, which the flood's has no power over.
            let login = """
                import socket, sys
                client = socket.socket(socket.AF_UNIX)
                client.connect(sys.argv[1])
                client.sendall(sys.argv[2].encode())
                for line in client.makefile():
                    if line.startswith(("OK", "FAIL")): sys.exit(line)
                """
            let words = [
                "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "/usr/bin/python3", "-c", login,
                bed.socket, DovecotClient.greeting(minor: 1) + DovecotClient.login(1, "alice", "secret"),
            ]
            for _ in 0..<3 {
                #expect(try Command("/usr/bin/setpriv", words).run().complaints == "OK\t1\tuser=alice\n\n")
            }
            #expect(bed.memory(frontend) < 400_000)
            for client in clients.prefix(2) {
                let answers = tally(client.events(256))
                #expect(answers.count == 256 && answers.values.allSatisfy { $0 == 1 })
                #expect(!answers.keys.contains { $0.hasPrefix("OK") })
            }
        }
        #expect(bed.awaitsDescriptors(before, of: frontend))
        #expect(bed.daemon.wait { (try? bed.login("alice", "secret")) == DovecotBed.accepted() })
        #expect(bed.daemon.frontend == frontend)
    }

    @Test func `malformed lines never make an acceptance, nor an end of the frontend`() throws {
        let bed = try DovecotBed(",hold=0")
        let frontend = try bed.daemon.runningFrontend()
        let before = bed.descriptors(frontend)
        var random = SeededGenerator(seed: 20)
        let wrong = DovecotClient.plain("alice", "wrong")
        let lines = [
            DovecotClient.greeting(minor: 1), "AUTH\t1\tPLAIN\tservice=smtp\tresp=\(wrong)\n",
            "AUTH\t2\tLOGIN\tservice=smtp\n", "CONT\t2\t\(DovecotClient.base64("alice"))\n",
            "CONT\t2\t\(DovecotClient.base64("wrong"))\n", "CANCEL\t2\n", "AUTH\t3\tPLAIN\tservice=smtp\n",
            "CONT\t3\t\(wrong)\n",
        ]
        for _ in 0..<400 {
            var bytes = Array(lines.joined().utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = bytes.indices.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert([9, 10, 0, 1, 13, 61].randomElement(using: &random) ?? 0, at: place)
                default: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
                }
            }
            let client = try DovecotClient(bed.socket)
            try client.send(bytes)
            client.endOutput()
            var event = client.event()
            while case .line = event {
                #expect(!isAcceptance(event), "\(bytes)")
                event = client.event()
            }
            #expect(event != .silence, "\(bytes)")
        }
        #expect(bed.daemon.frontend == frontend)
        #expect(bed.awaitsDescriptors(before, of: frontend))
        #expect(try bed.login("alice", "secret") == DovecotBed.accepted())
    }
}
