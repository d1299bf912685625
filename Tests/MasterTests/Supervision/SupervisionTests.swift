import Authentication
import Glibc
import Platform
import Testing

@testable import Master
@testable import ProcessProtocol

@Suite struct SupervisionTests {
    // MARK: The start

    @Test func `the first generation serves when its frontend is ready`() {
        var bed = SupervisionBed()
        let id = bed.add()
        #expect(bed.take() == [.startFrontend(id)])
        #expect(bed.supervision.serving == nil)
        bed.hear(.ready, from: id)
        #expect(bed.take() == [.takeOver(id, from: nil)])
        #expect(bed.supervision.serving?.id == id)
    }

    @Test func `a mechanism that cannot be used ends the start`() {
        var bed = SupervisionBed()
        let id = bed.add()
        let worker = bed.startWorker(id)
        bed.hear(.failed("pam", reason: "it is broken"), from: id)
        let actions = bed.take()
        #expect(actions.exits == [EXIT_FAILURE])
        #expect(actions.notices == ["failed to initialize mechanism pam: it is broken"])
        #expect(actions.kills.contains(worker))
        #expect(actions.contains(.removeFiles(id, keepingThoseOf: nil)))
    }

    @Test func `a frontend that ends before it is ready ends the start`() throws {
        var bed = SupervisionBed()
        let id = bed.add()
        bed.reap(try #require(bed.frontend(of: id)), .exited(3))
        let actions = bed.take()
        #expect(actions.exits == [EXIT_FAILURE])
        #expect(actions.notices == ["the frontend exited with 3 before it was ready"])
    }

    @Test func `a start that takes a minute is given up`() {
        var bed = SupervisionBed()
        bed.add()
        bed.pass(milliseconds: Patience.start - 1)
        #expect(bed.take().exits.isEmpty)
        // It answers the master, and has no worker.
        bed.advance(milliseconds: 1)
        let actions = bed.take()
        #expect(actions.exits == [EXIT_FAILURE])
        #expect(actions.notices.last?.hasPrefix("no worker of pam sasldb was") == true)
    }

    @Test func `a start for which the system is short of processes is tried again until there is one`() {
        var bed = SupervisionBed()
        bed.startFailures = Array(repeating: ("fork: Resource temporarily unavailable", true), count: 5)
        let id = bed.add()
        bed.pass(milliseconds: 20_000)
        let actions = bed.take()
        #expect(actions.starts == 6)
        #expect(actions.exits.isEmpty)
        bed.hear(.ready, from: id)
        #expect(bed.supervision.serving?.id == id)
    }

    @Test func `a start that cannot come about is not tried again`() {
        var bed = SupervisionBed()
        bed.startFailures = [("start /saslauthd-frontend: No such file or directory", false)]
        bed.add()
        let actions = bed.take()
        #expect(actions.exits == [EXIT_FAILURE])
        #expect(actions.notices == ["start /saslauthd-frontend: No such file or directory"])
    }

    @Test(arguments: [true, false])
    func `the frontend is told of a worker that cannot be started, and whether to ask again`(mayPass: Bool) {
        var bed = SupervisionBed()
        let id = bed.add()
        _ = bed.take()
        bed.failWorker(id, mayPass: mayPass)
        let actions = bed.take()
        #expect(actions.last == .refuseWorker(id, mechanism: 0, reason: "no", mayPass: mayPass))
        #expect(actions.exits.isEmpty)
        #expect(bed.supervision.acceptingMechanisms(of: id, now: bed.now) == [1])
        bed.advance(milliseconds: WorkerCensus.pauseTime)
        #expect(bed.supervision.acceptingMechanisms(of: id, now: bed.now) == [0, 1])
    }

    // MARK: While it serves

    @Test(arguments: [true, false])
    func `no failure to start a frontend again ends the daemon`(mayPass: Bool) throws {
        var bed = SupervisionBed.serving()
        let id = try #require(bed.supervision.serving?.id)
        bed.startFailures = Array(repeating: ("no", mayPass), count: 100)
        bed.reap(try #require(bed.frontend(of: id)), .killed(signal: SIGKILL))
        bed.pass(milliseconds: 120_000)
        let actions = bed.take()
        #expect(actions.exits.isEmpty)
        // At once, then after pauses of 0.1 s that grow to 5 s.
        #expect((20...35).contains(actions.starts))
        bed.startFailures = []
        bed.pass(milliseconds: RestartPolicy.longestPause)
        #expect(bed.frontend(of: id) != nil)
        #expect(bed.take().contains(.tell(id, .serve)))
    }

    @Test func `a frontend that never spoke leaves what it was given`() throws {
        for speaks in [true, false] {
            var bed = SupervisionBed.serving()
            let id = try #require(bed.supervision.serving?.id)
            bed.reap(try #require(bed.frontend(of: id)), .killed(signal: SIGSEGV))
            #expect(bed.take().contains(.inheritMemory(id, hasSpoken: true)))
            if speaks { bed.hear(.alive, from: id) }
            bed.reap(try #require(bed.frontend(of: id)), .killed(signal: SIGSEGV))
            #expect(bed.take().contains(.inheritMemory(id, hasSpoken: speaks)))
        }
    }

    @Test func `a frontend that does not answer is killed and started again`() throws {
        var bed = SupervisionBed.serving()
        let id = try #require(bed.supervision.serving?.id)
        let pid = try #require(bed.frontend(of: id))
        bed.pass(milliseconds: (Heartbeat.patience + 1) * Heartbeat.interval)
        #expect(bed.take().kills == [pid])
        bed.reap(pid, .killed(signal: SIGKILL))
        #expect(bed.frontend(of: id) != pid)
    }

    @Test func `the workers of a frontend that is gone have a while to exit`() throws {
        var bed = SupervisionBed.serving()
        let id = try #require(bed.supervision.serving?.id)
        let worker = bed.startWorker(id)
        bed.reap(try #require(bed.frontend(of: id)), .killed(signal: SIGKILL))
        #expect(bed.take().kills.isEmpty)
        bed.advance(milliseconds: WorkerCensus.exitTime)
        #expect(bed.take().kills == [worker])
    }

    @Test func `a frontend has its own workers killed, and nobody else`() throws {
        var bed = SupervisionBed.serving()
        let id = try #require(bed.supervision.serving?.id)
        let worker = bed.startWorker(id)
        let frontend = try #require(bed.frontend(of: id))
        for pid in [1, 4711, frontend, worker] { bed.hear(.kill(pid), from: id) }
        #expect(bed.take().kills == [worker])
    }

    @Test func `the watchdog is told that all is well only while it is`() throws {
        var bed = SupervisionBed(watchdogInterval: 1_000)
        bed.advance(milliseconds: 1_000)
        #expect(!bed.take().contains(.notify(.alive)))
        let id = bed.add()
        bed.hear(.ready, from: id)
        bed.advance(milliseconds: 1_000)
        #expect(bed.take().contains(.notify(.alive)))
        bed.startFailures = Array(repeating: ("no", true), count: 100)
        bed.reap(try #require(bed.frontend(of: id)), .killed(signal: SIGKILL))
        bed.advance(milliseconds: 1_000)
        #expect(!bed.take().contains(.notify(.alive)))
    }
}
