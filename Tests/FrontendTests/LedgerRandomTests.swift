import Authentication
import Foundation
import Glibc
import Platform
import TestSupport
import Testing

@testable import Frontend

/// A hundred thousand events in an order that nobody has thought of.
@Suite struct LedgerRandomTests {
    /// A client's request and its result.
    private struct Known {
        var asked: RequestID?
        var credentials = ""
        var wasAccepted = false
    }

    @Test(arguments: [
        "-n 3", "-n 1 --timeout 3 --max-requests 5", "-n 0", "-c -n 2 --cache-grace 60 --throttle off",
        "-n 4 --max-connections 8 --max-delay 60",
    ])
    func `each request has one answer, none is OK without a verdict, and nothing is left`(words: String) throws {
        for seed in 0..<4 as Range<UInt64> {
            try run(words, seed: seed, events: 5_000)
        }
    }

    private func run(_ words: String, seed: UInt64, events: Int) throws {
        var random = SeededGenerator(seed: seed)
        let bed = try LedgerBed(words, mechanisms: ["x", "mysql"], connections: words.contains("connections") ? 8 : 40)
        var clients: [ClientID: Known] = [:]
        // Those that something may happen to.
        var recent: [ClientID] = []
        var owners: [RequestID: ClientID] = [:]
        var surplus: [ClientID: Int] = [:]
        var accepted: Set<String> = []
        var workers: Set<[Int]> = []
        var inFlight: [RequestID: [Int]] = [:]
        var (handed, started, ended) = (0, 0, 0)
        bed.serve(parallel: 3)
        for (mechanism, worker) in bed.started { workers.insert([mechanism, worker]) }
        started = bed.started.count
        for step in 0..<events {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<25:
                // A frontend that has been replaced gets no more clients.
                guard bed.ledger.phase == .serving else { break }
                let client = bed.connect(account: uid_t.random(in: 0..<3, using: &random))
                clients[client] = Known()
                recent.append(client)
                if recent.count > 20 { recent.removeFirst() }
            case 25..<55:
                guard let client = recent.filter({ bed.isUnfinished($0) }).randomElement(using: &random) else { break }
                let login = "user\(Int.random(in: 0..<8, using: &random))"
                let password = "word\(Int.random(in: 0..<3, using: &random))"
                clients[client]?.credentials = "\(login) \(password)"
                clients[client]?.asked = bed.ask(client, login, password)
                if let id = clients[client]?.asked { owners[id] = client }
            case 55..<80:
                guard let id = inFlight.keys.sorted().randomElement(using: &random), let place = inFlight[id] else {
                    break
                }
                inFlight[id] = nil
                let verdict: Verdict =
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: .accepted
                    case 1: .refused(.wrongPassword)
                    case 2: .refused(.unknownUser)
                    default: .unavailable(Unavailability("x"))
                    }
                if verdict == .accepted, let owner = owners[id] {
                    clients[owner]?.wasAccepted = true
                    // Whoever asks the same later may be known by the cache.
                    if words.contains("-c") { accepted.insert(clients[owner]?.credentials ?? "") }
                }
                bed.decide(id, by: place[1], of: place[0], verdict)
            case 80..<84:
                guard let place = workers.sorted(by: { $0.lexicographicallyPrecedes($1) }).randomElement(using: &random)
                else { break }
                workers.remove(place)
                inFlight = inFlight.filter { $0.value != place }
                bed.tell { $0.workerGone(place[1], of: place[0], reason: "worker ended", now: $1, into: &$2) }
            case 84..<90:
                if let client = recent.randomElement(using: &random) {
                    bed.tell { $0.inputEnded(client, now: $1, into: &$2) }
                }
            case 90..<92:
                if let client = recent.randomElement(using: &random) {
                    bed.hungUp.insert(client)
                }
            case 92: bed.tell { $0.renewWorkers(now: $1, into: &$2) }
            case 94:
                let (client, count) = (recent.randomElement(using: &random), Int.random(in: 0..<40_000, using: &random))
                guard let client else { break }
                surplus[client, default: 0] += count
                bed.tell { $0.surplus(count, from: client, now: $1, into: &$2) }
            case 95:
                guard let client = recent.filter({ bed.isUnfinished($0) }).randomElement(using: &random) else { break }
                bed.tell { ledger, now, _ in ledger.heard(from: client, now: now) }
                bed.tell { ledger, now, _ in ledger.awaitsAddress(client, milliseconds: 50, now: now) }
            case 96 where seed % 2 == 1 && step > events * 9 / 10: bed.tell { $0.retire(now: $1, into: &$2) }
            case 93: _ = bed.flush(step % 2 == 0 ? nil : "user1")
            default: bed.advance(milliseconds: Int.random(in: 0..<1_500, using: &random))
            }
            // What the loop would have seen meanwhile.
            for item in bed.handed[handed...] { inFlight[item.request] = [item.mechanism, item.worker] }
            handed = bed.handed.count
            for item in bed.ended[ended...] {
                workers.remove([item.mechanism, item.worker])
                inFlight = inFlight.filter { $0.value != [item.mechanism, item.worker] }
            }
            ended = bed.ended.count
            while started < bed.started.count {
                let (mechanism, worker) = bed.started[started]
                started += 1
                if bed.ended.contains(where: { $0.mechanism == mechanism && $0.worker == worker }) { continue }
                if Int.random(in: 0..<10, using: &random) == 0 {
                    bed.tell { $0.workerGone(worker, of: mechanism, reason: "did not start", now: $1, into: &$2) }
                } else {
                    workers.insert([mechanism, worker])
                    bed.ready(worker, of: mechanism, parallel: 3)
                }
                for item in bed.handed[handed...] { inFlight[item.request] = [item.mechanism, item.worker] }
                handed = bed.handed.count
            }
        }
        // All that is left is answered or closed in time.
        bed.tell { $0.end(now: $1, into: &$2) }
        for _ in 0..<200 { bed.advance(milliseconds: 1_000) }
        let twice = clients.keys.filter { (bed.answers[$0]?.count ?? 0) > 1 }
        let unfounded = clients.filter { client, known in
            bed.verdicts(of: client).contains(.accepted) && !known.wasAccepted && !accepted.contains(known.credentials)
        }
        let unanswered = clients.filter { client, known in
            // Who sends too much while waiting is not waited for.
            known.asked != nil && bed.answers[client] == nil && !bed.hungUp.contains(client)
                && surplus[client, default: 0] <= ClientTable.Limits(connections: 1, requestTime: 1).longestDrain
        }
        #expect(twice.isEmpty && unfounded.isEmpty && unanswered.isEmpty, "\(words) \(seed)")
        #expect(bed.answers.count > events / 20, "much has happened: \(bed.answers.count)")
        #expect(bed.exitCode == 0 && bed.ledger.requests.isEmpty && bed.ledger.undecided.isEmpty, "\(words) \(seed)")
        #expect(bed.ledger.clients.isEmpty && bed.ledger.throttle?.waiting ?? 0 == 0, "\(words) \(seed)")
        #expect(bed.ledger.mechanisms.allSatisfy { $0.pool.waiting == 0 }, "\(words) \(seed)")
    }
}
