import Authentication
import Glibc
import Platform
import Testing

@testable import Master
@testable import ProcessProtocol

@Suite struct SupervisionReloadTests {
    @Test func `a generation takes over when it is ready, and the one before answers what is in flight`() throws {
        var bed = SupervisionBed.serving()
        let old = try #require(bed.supervision.serving?.id)
        bed.reload()
        let new = try #require(bed.supervision.next?.id)
        #expect(bed.supervision.isOnTrial(new))
        #expect(!bed.supervision.isOnTrial(old))
        #expect(bed.supervision.serving?.id == old)
        #expect(bed.take() == [.notify(.reloading), .readSettings, .startFrontend(new)])
        bed.hear(.ready, from: new)
        #expect(bed.take() == [.sealMemory(old), .tell(old, .retire), .takeOver(new, from: old)])
        #expect(bed.supervision.serving?.id == new)
        bed.reap(try #require(bed.frontend(of: old)), .exited(0))
        #expect(bed.take() == [.closeLink(old), .forget(old)])
    }

    @Test func `what has not finished in its time after a reload is killed`() throws {
        var bed = SupervisionBed.serving()
        let old = try #require(bed.supervision.serving?.id)
        let worker = bed.startWorker(old)
        let frontend = try #require(bed.frontend(of: old))
        bed.reload()
        bed.hear(.ready, from: try #require(bed.supervision.next?.id))
        bed.hear(.alive, from: old)
        _ = bed.take()
        bed.advance(milliseconds: SupervisionBed.plan.leavingTime - 1)
        #expect(bed.take().kills.isEmpty)
        bed.advance(milliseconds: 1)
        #expect(bed.take().kills.sorted() == [frontend, worker])
    }

    @Test func `settings that cannot be taken change nothing`() throws {
        var bed = SupervisionBed.serving()
        let id = try #require(bed.supervision.serving?.id)
        bed.settingsFault = "/etc/default/saslauthd:1: no\nsuch thing"
        bed.reload()
        let reason = "/etc/default/saslauthd:1: no such thing"
        #expect(bed.take().suffix(2) == [.tell(id, .kept(reason: reason)), .notify(.reloadFailed(reason: reason))])
        #expect(bed.supervision.serving?.id == id)
        #expect(bed.supervision.next == nil)
    }

    @Test func `a generation that fails is given up, and the one before goes on serving`() throws {
        for failure in 0..<4 {
            var bed = SupervisionBed.serving()
            let old = try #require(bed.supervision.serving?.id)
            if failure == 0 { bed.startFailures = [("no", false)] }
            bed.reload()
            let new = try #require(bed.added.last)
            switch failure {
            case 1: bed.hear(.failed("pam", reason: "no"), from: new)
            case 2: bed.reap(try #require(bed.frontend(of: new)), .exited(1))
            case 3:
                bed.advance(milliseconds: Patience.start)
            default: break
            }
            let actions = bed.take()
            #expect(actions.exits.isEmpty)
            #expect(actions.contains(.removeFiles(new, keepingThoseOf: old)))
            #expect(actions.contains { if case .tell(old, .kept) = $0 { true } else { false } }, "\(failure)")
            #expect(bed.supervision.serving?.id == old)
            #expect(bed.supervision.next == nil)
        }
    }

    @Test func `a reload for which the system is short of processes is tried again`() throws {
        var bed = SupervisionBed.serving()
        bed.startFailures = [("no", true), ("no", true)]
        bed.reload()
        let new = try #require(bed.supervision.next?.id)
        bed.pass(milliseconds: 1_000)
        bed.hear(.ready, from: new)
        #expect(bed.supervision.serving?.id == new)
    }

    @Test func `one reload runs at a time, and one that was asked for meanwhile follows`() throws {
        var bed = SupervisionBed.serving()
        bed.reload()
        let first = try #require(bed.supervision.next?.id)
        bed.reload()
        bed.reload()
        bed.pass(milliseconds: 5_000)
        #expect(bed.supervision.next?.id == first)
        bed.hear(.ready, from: first)
        bed.tick()
        #expect(try #require(bed.supervision.next?.id) != first)
        bed.hear(.ready, from: try #require(bed.supervision.next?.id))
        bed.pass(milliseconds: 5_000)
        #expect(bed.supervision.next == nil)
        #expect(bed.added.count == 3)
    }

    @Test func `a frontend that is to retire asks for no reload`() throws {
        var bed = SupervisionBed.serving()
        let old = try #require(bed.supervision.serving?.id)
        bed.reload()
        bed.hear(.ready, from: try #require(bed.supervision.next?.id))
        bed.hear(.reload, from: old)
        bed.pass(milliseconds: 5_000)
        #expect(bed.supervision.next == nil)
    }

    @Test func `the frontend that serves may end while another starts`() throws {
        var bed = SupervisionBed.serving()
        let old = try #require(bed.supervision.serving?.id)
        bed.reload()
        let new = try #require(bed.supervision.next?.id)
        bed.reap(try #require(bed.frontend(of: old)), .killed(signal: SIGKILL))
        #expect(bed.frontend(of: old) != nil)
        bed.hear(.ready, from: new)
        #expect(bed.supervision.serving?.id == new)
    }

    // MARK: The end

    @Test func `the end waits for what is in flight`() throws {
        var bed = SupervisionBed.serving()
        let id = try #require(bed.supervision.serving?.id)
        let frontend = try #require(bed.frontend(of: id))
        bed.terminate()
        #expect(bed.take() == [.notify(.stopping), .removeFiles(id, keepingThoseOf: nil), .closeLink(id)])
        bed.reap(frontend, .exited(0))
        #expect(bed.take().exits == [EXIT_SUCCESS])
    }

    @Test func `what does not end in seven seconds is killed`() throws {
        var bed = SupervisionBed.serving()
        let id = try #require(bed.supervision.serving?.id)
        let frontend = try #require(bed.frontend(of: id))
        bed.terminate()
        bed.advance(milliseconds: Supervision.endTime - 1)
        #expect(bed.take().exits.isEmpty)
        bed.advance(milliseconds: 1)
        let actions = bed.take()
        #expect(actions.kills == [frontend])
        #expect(actions.exits == [EXIT_SUCCESS])
    }

    @Test func `a second signal to end kills at once`() throws {
        var bed = SupervisionBed.serving()
        bed.terminate()
        bed.terminate()
        #expect(bed.take().exits == [EXIT_SUCCESS])
        bed.terminate()
        #expect(bed.take().isEmpty)
    }

    @Test func `no frontend is started and nothing is read again once the end has begun`() throws {
        var bed = SupervisionBed.serving()
        let id = try #require(bed.supervision.serving?.id)
        bed.startFailures = [("no", true)]
        bed.reap(try #require(bed.frontend(of: id)), .killed(signal: SIGKILL))
        bed.reap(bed.startWorker(id), .exited(0))
        _ = bed.take()
        let worker = bed.startWorker(id)
        bed.terminate()
        bed.reload()
        bed.pass(milliseconds: 1_000)
        #expect(bed.take().starts == 0)
        bed.reap(worker, .exited(0))
        #expect(bed.take().exits == [EXIT_SUCCESS])
    }
}
