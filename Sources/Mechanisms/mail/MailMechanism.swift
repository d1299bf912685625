internal import Authentication
internal import EventLoop
internal import MechanismKit
internal import Platform

/// Finds out by logging in at a server: a login that the server accepts is good.
final class MailMechanism: ConcurrentMechanism {
    /// How long a server is waited for that does not connect, while it or another can be asked once more; in
    /// milliseconds.
    private static let patience = 5_000
    /// How long a connection that is being made keeps others waiting, in milliseconds.
    private static let youth = 1_000

    private let options: MailOptions
    private let loop: EventLoop
    private let curl: CurlLoop
    private let log: MechanismLog
    private var failover: FailoverState
    private var gates: [ConnectionGate]
    private var logins: [ObjectIdentifier: Login] = [:]
    /// Those that wait at a gate, by the number of their attempt.
    private var waiting: [Int: Login] = [:]
    private var lastAttempt = 0
    /// What earlier logins have shown, for each server.
    private var memories: [AuthenticateMemory]
    /// The servers of which the log says already that passwords go to them in the clear.
    private var exposed: Set<Int> = []

    /// A request on its way from server to server.
    private final class Login {
        let request: SharedRequest
        let answer: Answer
        let deadline: Instant
        /// The servers that are still to be asked.
        var servers: [Int]
        var hasTriedAgain = false
        /// Whether a server was asked once more, as it has hung up over AUTHENTICATE.
        var hasTurned = false
        var reasons: [String] = []
        /// The server that is asked, and the number of that attempt.
        var server = 0
        var attempt = 0
        var session: Session?

        init(_ request: consuming AuthRequest, _ answer: Answer, servers: [Int], deadline: Instant) {
            self.request = SharedRequest(request)
            self.answer = answer
            self.servers = servers
            self.deadline = deadline
        }
    }

    init(_ options: MailOptions, loop: EventLoop, log: MechanismLog) throws(CurlFailure) {
        self.options = options
        self.loop = loop
        self.log = log
        curl = try CurlLoop(loop)
        failover = FailoverState(count: options.servers.count)
        memories = Array(repeating: AuthenticateMemory(), count: options.servers.count)
        gates = Array(repeating: ConnectionGate(), count: options.servers.count)
    }

    func begin(_ request: consuming AuthRequest, _ answer: Answer) {
        // No line of the protocols can hold them, and no mail server has given such a password.
        guard !Self.breaksLines(request.login.bytes.span), !Self.breaksLines(request.password.span) else {
            return answer(.refused(.wrongPassword))
        }
        let milliseconds = options.timeout * 1_000
        let deadline = loop.now.advanced(milliseconds: milliseconds)
        let login = Login(request, answer, servers: failover.order(now: loop.now), deadline: deadline)
        logins[ObjectIdentifier(login)] = login
        // The loop keeps this for longer than the login lasts, and may outlive the mechanism.
        loop.schedule(milliseconds: milliseconds) { [weak self, weak login] in
            if let self, let login { expire(login) }
        }
        askNext(login)
    }

    /// Asks the next server, or says that there is none.
    private func askNext(_ login: Login) {
        login.session = nil
        guard !login.servers.isEmpty else { return answer(login, .unavailable(Self.unavailability(login.reasons))) }
        login.server = login.servers.removeFirst()
        lastAttempt += 1
        login.attempt = lastAttempt
        if gates[login.server].enter(login.attempt) { connect(login) } else { waiting[login.attempt] = login }
    }

    private func connect(_ login: Login) {
        let (server, attempt) = (login.server, login.attempt)
        do throws(CurlFailure) {
            login.session = try Session(
                options.servers[server],
                for: login.request,
                lesson: memories[server].lesson(now: loop.now),
                isExplained: log.isVerbose,
                milliseconds: patience(with: login),
                curl: curl,
                loop: loop,
                // The mechanism keeps the login, and the login the session, which calls nobody after its end.
                connected: { [unowned self] in leaveGate(server, attempt) },
                tell: { [unowned self, unowned login] in conclude(login, $0) }
            )
        } catch {
            return conclude(login, .failed("\(error)"))
        }
        loop.schedule(milliseconds: Self.youth) { [weak self] in self?.leaveGate(server, attempt) }
    }

    /// How long the connection may take to be made, in milliseconds.
    private func patience(with login: Login) -> Int {
        let rest = loop.now.milliseconds(until: login.deadline)
        // Of the last attempt the end of the request's time is the end.
        guard login.servers.isEmpty, login.hasTriedAgain else {
            return max(1, min(Self.patience, rest / (login.servers.count + 2)))
        }
        return rest + Self.patience
    }

    private func leaveGate(_ server: Int, _ attempt: Int) {
        guard let next = gates[server].leave(attempt), let login = waiting.removeValue(forKey: next) else { return }
        connect(login)
    }

    private func conclude(_ login: Login, _ outcome: LoginOutcome) {
        let server = options.servers[login.server]
        leaveGate(login.server, login.attempt)
        explain(login, outcome)
        learn(login, outcome)
        if login.session?.isPlain == true { warn(of: login.server, listsTLS: login.session?.lacksListedTLS == true) }
        switch outcome {
        case .accepted: answered(login, .accepted)
        case .refused(let refusal): answered(login, .refused(refusal))
        case .undecided(let reason):
            login.reasons.append("\(server): \(reason)")
            askNext(login)
        case .unheard(let reason):
            login.reasons.append("\(server): \(reason)")
            // No password was sent, and the next connection is begun with another command.
            if !login.hasTurned {
                login.hasTurned = true
                login.servers.insert(login.server, at: 0)
            }
            askNext(login)
        case .failed(let reason):
            fails(login.server, reason)
            login.reasons.append("\(server): \(reason)")
            askNext(login)
        case .late(let reason):
            // It may have lost this connection, and no other.
            if login.servers.isEmpty, !login.hasTriedAgain {
                login.hasTriedAgain = true
                login.servers.append(login.server)
            }
            fails(login.server, reason)
            login.reasons.append("\(server): \(reason)")
            askNext(login)
        }
    }

    /// Logs what happened on the login's connection.
    private func explain(_ login: Login, _ outcome: LoginOutcome) {
        guard log.isVerbose else { return }
        let server = options.servers[login.server]
        for line in login.session?.course ?? [] { log.debug("\(server): \(line)") }
        log.debug("\(server): \(outcome)")
    }

    /// Remembers what the login has shown of its server's AUTHENTICATE.
    private func learn(_ login: Login, _ outcome: LoginOutcome?) {
        var lesson = login.session?.learned
        if case .unheard = outcome { lesson = .refused }
        guard let lesson, memories[login.server].learn(lesson, now: loop.now), lesson == .refused else { return }
        let server = options.servers[login.server]
        let command = server.mailProtocol == .imap ? ("AUTHENTICATE", "LOGIN") : ("AUTH", "USER and PASS")
        log.notice("\(server) lists PLAIN and refuses \(command.0): logins are by \(command.1) for an hour")
    }

    private func fails(_ server: Int, _ reason: String) {
        guard failover.failed(server, now: loop.now), options.servers.count > 1 else { return }
        log.warning("\(options.servers[server]) is passed over for a while: \(reason)")
    }

    private func answered(_ login: Login, _ verdict: Verdict) {
        if failover.answered(login.server), options.servers.count > 1 {
            log.notice("\(options.servers[login.server]) answers again")
        }
        answer(login, verdict)
    }

    private func answer(_ login: Login, _ verdict: Verdict) {
        guard logins.removeValue(forKey: ObjectIdentifier(login)) != nil else { return }
        login.session?.end()
        login.answer(verdict)
    }

    /// The request's time is over.
    private func expire(_ login: Login) {
        guard logins[ObjectIdentifier(login)] != nil else { return }
        waiting[login.attempt] = nil
        leaveGate(login.server, login.attempt)
        let stage = login.session?.stage ?? "others that connect"
        let reason = "waited for \(stage) when the time of \(options.timeout) s was over"
        explain(login, .late(reason))
        learn(login, nil)
        fails(login.server, reason)
        let reasons = login.reasons + ["\(options.servers[login.server]): \(reason)"]
        answer(login, .unavailable(Self.unavailability(reasons)))
    }

    /// Says once that passwords travel in the clear, where nobody has asked for that.
    private func warn(of server: Int, listsTLS: Bool) {
        guard options.servers[server].startTLS == .try, exposed.insert(server).inserted else { return }
        let lack = listsTLS ? "refuses the TLS that it lists" : "offers no TLS"
        log.warning("\(options.servers[server]) \(lack): passwords are sent to it in the clear")
    }

    private static func unavailability(_ reasons: [String]) -> Unavailability {
        Unavailability(reasons.joined(separator: "; "))
    }

    private static func breaksLines(_ span: Span<UInt8>) -> Bool {
        for index in span.indices where [0, UInt8(ascii: "\r"), UInt8(ascii: "\n")].contains(span[index]) {
            return true
        }
        return false
    }
}

/// A request that more than one server may be asked about.
final class SharedRequest {
    let value: AuthRequest

    init(_ value: consuming AuthRequest) {
        self.value = value
    }
}
