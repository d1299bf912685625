import Authentication
import Glibc
import Platform
import TestSupport
import Testing

@testable import Master
@testable import ProcessProtocol

/// Whatever happens in whatever order: at most one generation serves and one starts, the daemon goes on once it has served, only
/// children are killed, nothing is left at the end, and each deadline is met by something to do.
@Suite struct SupervisionRandomTests {
    @Test(arguments: 0..<40)
    func `any sequence of events leaves one generation serving and nothing behind`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var bed = SupervisionBed(watchdogInterval: 10_000)
        bed.hear(.ready, from: bed.add())
        var children: Set<pid_t> = []
        var forgotten: Set<GenerationID> = []
        var worker: [pid_t: GenerationID] = [:]

        func check(_ actions: [SupervisionAction], mayExit: Bool = false) {
            for action in actions {
                switch action {
                case .kill(let pid): #expect(children.contains(pid))
                case .forget(let id): #expect(forgotten.insert(id).inserted)
                case .exit: #expect(mayExit)
                default: break
                }
            }
            #expect(bed.supervision.generations.count { $0.phase == .serving } == (mayExit ? 0 : 1))
            #expect(bed.supervision.generations.count(where: \.isStarting) <= 1)
        }
        func note() {
            for generation in bed.supervision.generations {
                if let pid = generation.process?.pid { children.insert(pid) }
            }
        }

        for _ in 0..<500 {
            note()
            let ids = bed.supervision.generations.map(\.id)
            let id = ids[Int.random(in: 0..<ids.count, using: &random)]
            let pids = children.sorted() + [4711]
            switch Int.random(in: 0..<14, using: &random) {
            case 0, 1:
                let pid = pids[Int.random(in: 0..<pids.count, using: &random)]
                children.remove(pid)
                worker[pid] = nil
                bed.reap(
                    pid,
                    [.exited(0), .exited(3), .killed(signal: SIGKILL), .exited(64)][
                        Int.random(in: 0..<4, using: &random)
                    ]
                )
            case 2, 3: bed.hear(.ready, from: id)
            case 4: bed.hear(.failed("pam", reason: "no"), from: id)
            case 5: bed.hear(.reload, from: id)
            case 6: bed.hear(.kill(pids[Int.random(in: 0..<pids.count, using: &random)]), from: id)
            case 7: bed.hear(.closed(pids[Int.random(in: 0..<pids.count, using: &random)]), from: id)
            case 8: for id in ids { bed.hear(.alive, from: id) }
            case 9: bed.reload()
            case 10:
                let mechanism = Int.random(in: 0..<2, using: &random)
                guard bed.supervision.acceptingMechanisms(of: id, now: bed.now).contains(mechanism) else { break }
                if Int.random(in: 0..<3, using: &random) == 0 {
                    bed.failWorker(id, mechanism: mechanism, mayPass: Int.random(in: 0..<2, using: &random) == 0)
                } else {
                    let pid = bed.startWorker(id, mechanism: mechanism)
                    children.insert(pid)
                    worker[pid] = id
                }
            case 11: bed.startFailures = (0..<Int.random(in: 0..<4, using: &random)).map { ("no", $0 % 2 == 0) }
            case 12: bed.settingsFault = Int.random(in: 0..<3, using: &random) == 0 ? "no" : nil
            default:
                bed.advance(milliseconds: [1, 100, 1_000, 5_000, 70_000][Int.random(in: 0..<5, using: &random)])
            }
            note()
            check(bed.take())
            if let deadline = bed.supervision.deadline(now: bed.now), deadline <= bed.now {
                bed.tick()
                note()
                check(bed.take())
                #expect(try #require(bed.supervision.deadline(now: bed.now)) > bed.now)
            }
        }

        bed.terminate()
        bed.pass(milliseconds: Supervision.endTime)
        let last = bed.take()
        check(last, mayExit: true)
        #expect(last.exits == [EXIT_SUCCESS])
        // Whoever is left at the end was killed.
        for generation in bed.supervision.generations {
            if let pid = generation.process?.pid { #expect(last.kills.contains(pid)) }
        }
        #expect(bed.supervision.deadline(now: bed.now) == nil)
        for pid in worker.keys where bed.supervision.generations.contains(where: { $0.id == worker[pid] }) {
            #expect(last.kills.contains(pid))
        }
    }
}
