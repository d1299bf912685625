import Authentication
import Glibc
import CommandLine
import Platform
import Testing

@testable import Frontend

@Suite struct LedgerTests {
    private static let unavailable = Verdict.unavailable(Unavailability("it reaches nobody"))

    private static func reason(_ answer: Answer?) -> String? {
        guard case .unavailable(let unavailability) = answer?.verdict else { return nil }
        return "\(unavailability.reason)"
    }

    @Test func `clients are accepted when each mechanism has had a worker that was ready, once`() throws {
        let bed = try LedgerBed(mechanisms: ["x", "y"])
        bed.tell { $0.warmUp(now: $1, into: &$2) }
        #expect(bed.started.map(\.mechanism) == [0, 1] && bed.listening.isEmpty)
        bed.ready(1, of: 0)
        #expect(!bed.isReady && bed.listening.isEmpty)
        bed.ready(1, of: 1)
        #expect(bed.isReady && bed.listening == [true])
        bed.tell { $0.serve(now: $1, into: &$2) }
        #expect(bed.listening == [true])
    }

    @Test
    func `a frontend that takes over from another serves before its workers are ready, and its clients wait for them`()
        throws
    {
        let bed = try LedgerBed()
        bed.tell { $0.warmUp(now: $1, into: &$2) }
        bed.tell { $0.serve(now: $1, into: &$2) }
        #expect(bed.listening == [true] && !bed.isReady)
        let client = bed.connect()
        let request = try #require(bed.ask(client))
        #expect(bed.handed.isEmpty)
        bed.ready(1)
        #expect(bed.handed.map(\.request) == [request] && bed.listening == [true] && bed.isReady)
    }

    @Test func `a request goes to a worker, and its verdict to its client`() throws {
        let bed = try LedgerBed()
        bed.serve()
        let client = bed.connect()
        #expect(bed.toRead == [client] && bed.isUnfinished(client))
        let request = try #require(bed.ask(client))
        #expect(!bed.isUnfinished(client) && bed.handed.map(\.request) == [request])
        let isBelieved = bed.decide(request, by: 1, .accepted)
        #expect(isBelieved && bed.verdicts(of: client) == [.accepted] && bed.forgotten == [request])
        bed.tell { $0.inputEnded(client, now: $1, into: &$2) }
        #expect(bed.closed == [client] && bed.ledger.clients.isEmpty)
    }

    @Test func `a verdict of a worker that does not have the request is not believed`() throws {
        let bed = try LedgerBed("-n 2")
        bed.serve()
        let client = bed.connect()
        let request = try #require(bed.ask(client))
        let others = [bed.decide(request, by: 2, .accepted), bed.decide(request &+ 1, by: 1, .accepted)]
        #expect(others == [false, false] && bed.answers.isEmpty)
        let first = bed.decide(request, by: 1, .refused(.wrongPassword))
        let second = bed.decide(request, by: 1, .accepted)
        #expect(first && !second && bed.verdicts(of: client) == [.refused(.wrongPassword)])
    }

    @Test func `what clients are answered is counted, whoever answers`() throws {
        let bed = try LedgerBed("-c -n 1", connections: 8)
        bed.serve(parallel: 100)
        for (login, verdict) in [
            ("bob", .accepted), ("carol", .refused(.wrongPassword)), ("dave", Self.unavailable),
        ] as [(String, Verdict)] {
            bed.decide(try #require(bed.ask(bed.connect(), login)), by: 1, verdict)
        }
        bed.advance(milliseconds: 30_000)
        bed.decide(try #require(bed.ask(bed.connect())), by: 1, .accepted)
        bed.ask(bed.connect())
        var expected = AnswerTally()
        for verdict in [.accepted, .refused(.wrongPassword), Self.unavailable, .accepted, .accepted] as [Verdict] {
            expected.count(verdict)
        }
        #expect(bed.ledger.answered == expected, "the last one by the cache")
        for number in 0..<8 { bed.ask(bed.connect(), "user\(number)") }
        for _ in 0..<5 { _ = bed.connect() }
        #expect(bed.ledger.answered.unavailable == 2, "one of five that wait was turned away")
    }

    @Test func `with -c a password that was right is known, until the cache is emptied`() throws {
        let bed = try LedgerBed("-c")
        bed.serve()
        let first = bed.connect()
        bed.decide(try #require(bed.ask(first)), by: 1, .accepted)
        let second = bed.connect()
        let asked = bed.ask(second)
        #expect(asked == nil && bed.answers[second] == [.cached])
        let count = bed.flush("alice")
        let again = bed.ask(bed.connect())
        #expect(count == 1 && again != nil)
    }

    @Test func `a request that no mechanism is asked about is refused, and nobody is to blame`() throws {
        let bed = try LedgerBed(mechanisms: ["x:realm=a", "y:realm=b"])
        bed.serve()
        let client = bed.connect()
        let asked = bed.ask(client, realm: "c")
        #expect(asked == nil && bed.verdicts(of: client) == [.refused(.unknownUser)])
        #expect(bed.ledger.mechanisms.allSatisfy { $0.counters.answered + $0.counters.unavailable == 0 })
    }

    @Test func `the next mechanism is asked about a user whom the first does not know`() throws {
        let bed = try LedgerBed(mechanisms: ["x", "y"])
        bed.serve()
        let client = bed.connect()
        let request = try #require(bed.ask(client))
        bed.decide(request, by: 1, of: 0, .refused(.unknownUser))
        #expect(bed.handed.map(\.mechanism) == [0, 1] && bed.answers.isEmpty)
        bed.decide(request, by: 1, of: 1, .accepted)
        #expect(bed.verdicts(of: client) == [.accepted])
    }

    @Test func `a request that has waited is not held against its worker`() throws {
        let bed = try LedgerBed("-n 1 --timeout 10")
        bed.serve()
        // Checks are quick as a rule.
        for number in 0..<3 { bed.decide(try #require(bed.ask(bed.connect(), "user\(number)")), by: 1, .accepted) }
        let clients = (0..<2).map { _ in bed.connect() }
        let requests = clients.map { bed.ask($0) }
        bed.advance(milliseconds: 6_000)
        bed.decide(try #require(requests[0]), by: 1, .accepted)
        #expect(bed.handed.suffix(2).map(\.request) == requests.compactMap(\.self))
        bed.advance(milliseconds: 5_000)
        #expect(Self.reason(bed.answers[clients[1]]?.first) == "no answer after 10 seconds (--timeout)")
        #expect(bed.ended.isEmpty, "it has had the request for five seconds")
        let isBelieved = bed.decide(try #require(requests[1]), by: 1, .accepted)
        #expect(isBelieved && bed.answers[clients[1]]?.count == 1, "it is learned, and sent to nobody")
    }

    @Test func `a worker that is silent for the time of a request is killed, and its successor is asked`() throws {
        let bed = try LedgerBed("-n 1 --timeout 10")
        bed.serve()
        let first = bed.connect()
        bed.ask(first)
        bed.advance(milliseconds: 10_000)
        #expect(bed.ended.map(\.worker) == [1] && bed.started.map(\.worker) == [1, 2])
        #expect(bed.verdicts(of: first).count == 1)
        bed.ready(2)
        let second = bed.connect()
        bed.decide(try #require(bed.ask(second)), by: 2, .accepted)
        #expect(bed.verdicts(of: second) == [.accepted])
    }

    @Test func `a request whose worker ended is given to another once`() throws {
        let bed = try LedgerBed("-n 1")
        bed.serve()
        let client = bed.connect()
        let request = try #require(bed.ask(client))
        bed.tell { $0.workerGone(1, of: 0, reason: "worker 7 exited", now: $1, into: &$2) }
        #expect(bed.answers.isEmpty)
        bed.ready(2)
        #expect(bed.handed.map(\.request) == [request, request])
        bed.tell { $0.workerGone(2, of: 0, reason: "worker 8 exited", now: $1, into: &$2) }
        #expect(Self.reason(bed.answers[client]?.first) == "worker 8 exited")
    }

    @Test func `refusals are delayed after three, and one that is delayed is told at its time`() throws {
        let bed = try LedgerBed("--throttle on")
        bed.serve()
        for number in 0..<4 {
            let client = bed.connect()
            bed.decide(try #require(bed.ask(client, "alice", "guess \(number)")), by: 1, .refused(.wrongPassword))
            #expect(bed.verdicts(of: client).isEmpty == (number == 3))
            guard number == 3 else { continue }
            #expect(bed.stage(of: client) == .delayed)
            #expect(bed.ledger.nextDeadline == bed.now.advanced(milliseconds: 1_000))
            bed.advance(milliseconds: 999)
            #expect(bed.verdicts(of: client).isEmpty)
            bed.advance(milliseconds: 1)
            #expect(bed.verdicts(of: client) == [.refused(.wrongPassword)])
        }
    }

    @Test func `of one account no more than fifty answers are delayed at a time`() throws {
        let bed = try LedgerBed("--max-delay 60")
        bed.serve(parallel: 100)
        let clients = (0..<60).map { _ in bed.connect() }
        for (number, client) in clients.enumerated() {
            let id = try #require(bed.ask(client, "user\(number)", "guess"))
            bed.tell { ledger, now, actions in
                _ = ledger.verdict(
                    on: id,
                    from: 1,
                    of: 0,
                    Finding(.refused(.wrongPassword), delay: 30_000),
                    now: now,
                    into: &actions
                )
            }
        }
        #expect(
            clients.map { bed.verdicts(of: $0).count } == Array(repeating: 1, count: 10)
                + Array(repeating: 0, count: 50)
        )
    }

    @Test func `a client that has hung up is not asked for, and another gets its turn`() throws {
        let bed = try LedgerBed("-n 1")
        bed.serve()
        let clients = (0..<3).map { _ in bed.connect() }
        let requests = clients.compactMap { bed.ask($0) }
        bed.hungUp = [clients[1]]
        bed.advance(milliseconds: 250)
        #expect(bed.closed == [clients[1]] && bed.forgotten == [requests[1]])
        bed.decide(requests[0], by: 1, .accepted)
        #expect(bed.handed.map(\.request) == [requests[0], requests[2]])
    }

    @Test func `where no place is free the silent client of the account that holds most goes`() throws {
        let bed = try LedgerBed(connections: 8)
        bed.serve()
        let greedy = (0..<8).map { _ in bed.connect(account: 1) }
        bed.tell { ledger, now, _ in ledger.heard(from: greedy[0], now: now) }
        let other = bed.connect(account: 2)
        #expect(bed.closed == [greedy[1]] && bed.toRead.last == other)
    }

    @Test func `where all are being decided on further clients wait, and too many are turned away`() throws {
        let bed = try LedgerBed("-n 1", connections: 8)
        bed.serve(parallel: 100)
        let clients = (0..<8).map { _ in bed.connect() }
        let requests = clients.enumerated().compactMap { bed.ask($1, "user\($0)") }
        let waiting = (0..<5).map { _ in bed.connect() }
        #expect(bed.ledger.clients.waiting == 4 && bed.ledger.turnedAwayClients == 1)
        #expect(bed.verdicts(of: waiting[4]) == [.unavailable(Unavailability(""))] && bed.closed == [waiting[4]])
        bed.decide(requests[0], by: 1, .accepted)
        bed.readsAtOnce = false
        bed.tell { $0.inputEnded(clients[0], now: $1, into: &$2) }
        #expect(bed.toRead.last == waiting[0] && bed.ledger.clients.waiting == 3, "its request may be there already")
        bed.tell { $0.wasRead(waiting[0], now: $1, into: &$2) }
        #expect(bed.closed.contains(waiting[0]) && bed.toRead.last == waiting[1], "it was not")
    }

    @Test func `who takes too long over a request is closed, and who has its answer is drained within bounds`() throws {
        let bed = try LedgerBed("--request-timeout 10")
        bed.serve()
        let (silent, drained, chatty) = (bed.connect(), bed.connect(), bed.connect())
        for client in [drained, chatty] { bed.decide(try #require(bed.ask(client)), by: 1, .accepted) }
        bed.tell { $0.surplus(65_536, from: chatty, now: $1, into: &$2) }
        #expect(bed.closed.isEmpty)
        bed.tell { $0.surplus(1, from: chatty, now: $1, into: &$2) }
        #expect(bed.closed == [chatty])
        bed.advance(milliseconds: 2_000)
        #expect(bed.closed == [chatty, drained])
        bed.advance(milliseconds: 8_000)
        #expect(bed.closed == [chatty, drained, silent])
    }

    @Test func `a field that not all send is waited for once, and the end of what is sent is an end of that`() throws {
        let bed = try LedgerBed()
        bed.serve()
        let (slow, half) = (bed.connect(), bed.connect())
        for client in [slow, half] {
            bed.tell { ledger, now, _ in ledger.awaitsAddress(client, milliseconds: 50, now: now) }
        }
        bed.tell { $0.inputEnded(half, now: $1, into: &$2) }
        #expect(bed.finishing == [half])
        bed.ask(half)
        bed.advance(milliseconds: 50)
        #expect(bed.finishing == [half, slow])
    }

    @Test func `a retired frontend accepts no one, answers those that are there, and is over then`() throws {
        let bed = try LedgerBed("-n 1")
        bed.serve()
        let client = bed.connect()
        let request = try #require(bed.ask(client))
        bed.tell { $0.retire(now: $1, into: &$2) }
        #expect(bed.listening == [true, false] && bed.exitCode == nil)
        bed.tell { $0.serve(now: $1, into: &$2) }
        #expect(bed.listening == [true, false], "it never serves again")
        bed.decide(request, by: 1, .accepted)
        bed.tell { $0.inputEnded(client, now: $1, into: &$2) }
        #expect(bed.exitCode == 0)
    }

    @Test func `at the end delayed answers are sent, silent clients have half a second, and all others five`() throws {
        let bed = try LedgerBed("-n 1")
        bed.serve()
        let (silent, delayed, asking) = (bed.connect(), bed.connect(), bed.connect())
        let id = try #require(bed.ask(delayed))
        bed.tell { ledger, now, actions in
            let finding = Finding(.refused(.wrongPassword), delay: 5_000)
            _ = ledger.verdict(on: id, from: 1, of: 0, finding, now: now, into: &actions)
        }
        bed.ask(asking, "bob")
        bed.tell { $0.end(now: $1, into: &$2) }
        #expect(bed.verdicts(of: delayed) == [.refused(.wrongPassword)] && bed.closed.isEmpty)
        bed.advance(milliseconds: 500)
        #expect(bed.closed == [silent])
        bed.advance(milliseconds: 4_500)
        #expect(bed.exitCode == 0)
    }

    @Test func `an unavailable verdict is bridged by --cache-grace, and by nothing else`() throws {
        let bed = try LedgerBed("-c -t 1 --cache-grace 600")
        bed.serve()
        bed.decide(try #require(bed.ask(bed.connect())), by: 1, .accepted)
        bed.advance(milliseconds: 2_000)
        let (known, other) = (bed.connect(), bed.connect())
        bed.decide(try #require(bed.ask(known)), by: 1, Self.unavailable)
        bed.decide(try #require(bed.ask(other, "alice", "another")), by: 1, Self.unavailable)
        #expect(bed.answers[known] == [.cached] && bed.verdicts(of: other) == [Self.unavailable])
    }
}
