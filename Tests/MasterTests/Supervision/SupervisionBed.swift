import Glibc
import Platform

@testable import Master
@testable import ProcessProtocol

/// A supervision with a clock of its own, whose actions are recorded; frontends start at once unless set otherwise.
struct SupervisionBed {
    var supervision: Supervision
    var now = Instant(nanoseconds: 1_000_000_000_000)
    /// All that was asked for since `take`.
    private(set) var actions: [SupervisionAction] = []
    /// The results of the next attempts to start a frontend; `nil` for success.
    var startFailures: [(reason: String, mayPass: Bool)] = []
    /// Whether the settings can be read.
    var settingsFault: String?
    private var nextPID: pid_t = 100
    private(set) var added: [GenerationID] = []

    init(watchdogInterval: Int? = nil) {
        supervision = Supervision(ownProcess: 1, watchdogInterval: watchdogInterval, now: now)
    }

    static let plan = GenerationState.Plan(
        names: "pam sasldb",
        frontend: "saslauthd-frontend",
        mechanisms: [("saslauthd-pam", 2), ("saslauthd-sasldb", 1)],
        leavingTime: 65_000
    )

    /// One that serves.
    static func serving() -> SupervisionBed {
        var bed = SupervisionBed()
        let id = bed.add()
        bed.hear(.ready, from: id)
        _ = bed.take()
        return bed
    }

    mutating func take() -> [SupervisionAction] {
        defer { actions = [] }
        return actions
    }

    mutating func newPID() -> pid_t {
        nextPID += 1
        return nextPID
    }

    @discardableResult mutating func add() -> GenerationID {
        var new: [SupervisionAction] = []
        let id = supervision.add(Self.plan, now: now, into: &new)
        added.append(id)
        carryOut(new)
        return id
    }

    mutating func hear(_ message: FrontendMessage, from id: GenerationID) {
        let now = now
        decide { $0.heard(message, from: id, now: now, into: &$1) }
    }

    mutating func reap(_ pid: pid_t, _ end: ProcessEnd) {
        let now = now
        decide { $0.childEnded(pid, end, now: now, into: &$1) }
    }

    mutating func reload() {
        supervision.reloadAsked()
        tick()
    }

    mutating func terminate() {
        let now = now
        decide { $0.terminate(now: now, into: &$1) }
    }

    mutating func failWorker(_ id: GenerationID, mechanism: Int = 0, mayPass: Bool) {
        let now = now
        decide { $0.workerStartFailed(id, mechanism: mechanism, "no", mayPass: mayPass, now: now, into: &$1) }
    }

    mutating func startWorker(_ id: GenerationID, mechanism: Int = 0) -> pid_t {
        let pid = newPID()
        supervision.workerStarted(id, mechanism: mechanism, pid)
        return pid
    }

    mutating func advance(milliseconds: Int) {
        now = now.advanced(milliseconds: milliseconds)
        tick()
    }

    /// Lets the time pass until `end`, with each deadline on the way.
    mutating func pass(milliseconds: Int) {
        let end = now.advanced(milliseconds: milliseconds)
        while let next = supervision.deadline(now: now), next <= end {
            if next > now { now = next }
            tick()
        }
        now = end
        tick()
    }

    mutating func tick() {
        let now = now
        decide { $0.clockHasMoved(now, into: &$1) }
    }

    mutating func decide(_ event: (inout Supervision, inout [SupervisionAction]) -> Void) {
        var new: [SupervisionAction] = []
        event(&supervision, &new)
        carryOut(new)
    }

    private mutating func carryOut(_ new: [SupervisionAction]) {
        let now = now
        for action in new {
            actions.append(action)
            switch action {
            case .startFrontend(let id):
                if startFailures.isEmpty {
                    let pid = newPID()
                    decide { $0.frontendStarted(id, pid, now: now, into: &$1) }
                } else {
                    let failure = startFailures.removeFirst()
                    decide {
                        $0.frontendStartFailed(id, failure.reason, mayPass: failure.mayPass, now: now, into: &$1)
                    }
                }
            case .readSettings:
                if let settingsFault {
                    decide { $0.reloadFailed(settingsFault, into: &$1) }
                } else {
                    add()
                }
            default: break
            }
        }
    }

    func frontend(of id: GenerationID) -> pid_t? {
        supervision.generations.first { $0.id == id }?.process?.pid
    }
}

extension [SupervisionAction] {
    var starts: Int { count { if case .startFrontend = $0 { true } else { false } } }
    var exits: [CInt] { compactMap { if case .exit(let code) = $0 { code } else { nil } } }
    var kills: [pid_t] { compactMap { if case .kill(let pid) = $0 { pid } else { nil } } }
    var notices: [String] { compactMap { if case .log(let notice, _) = $0 { notice.text } else { nil } } }
}
