internal import Authentication
internal import EventLoop
internal import MechanismKit
internal import Platform

/// Checks passwords by logging in to a mail server: if the server accepts the login, so does the mechanism.
final class MailMechanism: ConcurrentMechanism {
    /// How long to wait for a server to connect and greet while another attempt is possible, in milliseconds.
    private static let patience = 5_000
    /// How long a connection that is being opened delays others, in milliseconds.
    private static let youth = 1_000

    private let options: MailOptions
    private let loop: EventLoop
    private let curl: CurlLoop
    private let log: MechanismLog
    private var failover: FailoverState
    private var gates: [ConnectionGate]
    private var logins: [ObjectIdentifier: Login] = [:]
    /// The logins that wait at a gate, by the number of their attempt.
    private var waiting: [Int: Login] = [:]
    private var lastAttempt = 0
    /// What earlier logins showed, for each server.
    private var memories: [AuthenticateMemory]
    /// The servers for which the warning about unencrypted passwords was logged.
    private var exposed: Set<Int> = []

    /// A request on its way from server to server.
    private final class Login {
        let request: SharedRequest
        let answer: Answer
        let deadline: Instant
        /// The servers to try next.
        var servers: [Int]
        var hasTriedAgain = false
        /// The server that is tried again, without AUTHENTICATE, because it closed the connection after that.
        var turnedServer: Int?
        var reasons: [String] = []
        /// The server that is tried now, and the number of that attempt.
        var server = 0
        var attempt = 0
        var session: Session?
        /// The end of its time, and of the time in which its connection delays others.
        var timeout: EventLoop.Timeout?
        var youth: EventLoop.Timeout?

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
        // No line of the protocols can contain them, so no mail server has such a password.
        guard !Self.breaksLines(request.login.bytes.span), !Self.breaksLines(request.password.span) else {
            let detail = "a zero byte or an end of line in the login or password"
            return answer(Decision(.refused(.wrongPassword), detail: detail))
        }
        let milliseconds = options.timeout * 1_000
        let deadline = loop.now.advanced(milliseconds: milliseconds)
        let login = Login(request, answer, servers: failover.order(now: loop.now), deadline: deadline)
        logins[ObjectIdentifier(login)] = login
        // The loop may outlive the mechanism.
        login.timeout = loop.schedule(milliseconds: milliseconds) { [weak self, weak login] in
            if let self, let login { expire(login) }
        }
        askNext(login)
    }

    /// Tries the next server; without one there is no verdict.
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
                lesson: login.turnedServer == server ? .refused : memories[server].lesson(now: loop.now),
                isExplained: log.isVerbose,
                milliseconds: patience(with: login),
                curl: curl,
                loop: loop,
                // The mechanism owns the login, and the login the session, which makes no call after its end.
                connected: { [unowned self, unowned login] in leaveGate(login) },
                tell: { [unowned self, unowned login] in conclude(login, $0) }
            )
        } catch {
            return conclude(login, .failed("\(error)"))
        }
        login.youth = loop.schedule(milliseconds: Self.youth) { [weak self] in self?.leaveGate(server, attempt) }
    }

    /// How long opening the connection may take, in milliseconds.
    private func patience(with login: Login) -> Int {
        let rest = loop.now.milliseconds(until: login.deadline)
        // The last attempt ends with the request's time.
        guard login.servers.isEmpty, login.hasTriedAgain else {
            return max(1, min(Self.patience, rest / (login.servers.count + 2)))
        }
        return rest + Self.patience
    }

    private func leaveGate(_ login: Login) {
        if let youth = login.youth.take() { loop.cancel(youth) }
        leaveGate(login.server, login.attempt)
    }

    private func leaveGate(_ server: Int, _ attempt: Int) {
        guard let next = gates[server].leave(attempt), let login = waiting.removeValue(forKey: next) else { return }
        connect(login)
    }

    private func conclude(_ login: Login, _ outcome: LoginOutcome) {
        leaveGate(login)
        explain(login)
        learn(login, outcome)
        if login.session?.isPlain == true { warn(of: login.server, listsTLS: login.session?.lacksListedTLS == true) }
        switch outcome {
        case .accepted: answered(login, .accepted)
        case .refused(let refusal):
            advise(login)
            answered(login, .refused(refusal), detail: log.isVerbose ? LoginOutcome.words(for: refusal) : "")
        case .undecided(let reason): goOn(login, reason)
        case .unheard(let reason):
            // No password was sent, and the next connection uses another command.
            if login.turnedServer == nil {
                login.turnedServer = login.server
                login.servers.insert(login.server, at: 0)
            }
            goOn(login, reason)
        case .failed(let reason):
            goOn(login, reason, isReported: fails(login.server, reason))
        case .late(let reason):
            // The server may have lost only this connection.
            if login.servers.isEmpty, !login.hasTriedAgain {
                login.hasTriedAgain = true
                login.servers.append(login.server)
            }
            goOn(login, reason, isReported: fails(login.server, reason))
        }
    }

    /// Tries the next server after one that gave no verdict, for `reason`, which the log has already if it `isReported`.
    private func goOn(_ login: Login, _ reason: String, isReported: Bool = false) {
        let server = options.servers[login.server]
        login.reasons.append("\(server): \(reason)")
        if let next = login.servers.first {
            if !isReported { log.debug("\(server): \(reason)") }
            log.debug("\(server): trying \(options.servers[next]) next")
        }
        askNext(login)
    }

    /// Logs what happened on the login's connection.
    private func explain(_ login: Login) {
        guard log.isVerbose else { return }
        let server = options.servers[login.server]
        for line in login.session?.course ?? [] { log.debug("\(server): \(line)") }
    }

    /// Logs what the administrator can do about a refusal.
    private func advise(_ login: Login) {
        guard log.isVerbose else { return }
        let isAddress = login.request.value.login.bytes.contains(UInt8(ascii: "@"))
        log.advise(
            isAddress
                ? "leave out -r if the users of the server have no domain"
                : "use -r if the users of the server are whole addresses"
        )
        log.advise("read the log of the server, which may say why")
    }

    /// Remembers what the login showed about its server's AUTHENTICATE.
    ///
    /// A closed connection alone shows nothing, as the server may have crashed; with a verdict on the other command it
    /// does.
    private func learn(_ login: Login, _ outcome: LoginOutcome?) {
        var lesson = login.session?.learned
        if lesson == nil, login.turnedServer == login.server {
            switch outcome {
            case .accepted, .refused: lesson = .refused
            case .undecided, .unheard, .failed, .late, nil: break
            }
        }
        guard let lesson, memories[login.server].learn(lesson, now: loop.now), lesson == .refused else { return }
        let server = options.servers[login.server]
        let command = server.mailProtocol == .imap ? "LOGIN" : "USER and PASS"
        log.notice("\(server) lists PLAIN but refuses it; using \(command) for an hour")
    }

    /// Skips a server for a while; whether the log says so.
    @discardableResult
    private func fails(_ server: Int, _ reason: String) -> Bool {
        guard failover.failed(server, now: loop.now), options.servers.count > 1 else { return false }
        log.warning("\(options.servers[server]) failed, skipping it for 10 s: \(reason)")
        return true
    }

    private func answered(_ login: Login, _ verdict: Verdict, detail: String = "") {
        if failover.answered(login.server), options.servers.count > 1 {
            log.notice("\(options.servers[login.server]) is back")
        }
        answer(login, verdict, detail)
    }

    private func answer(_ login: Login, _ verdict: Verdict, _ detail: String = "") {
        guard logins.removeValue(forKey: ObjectIdentifier(login)) != nil else { return }
        if let timeout = login.timeout.take() { loop.cancel(timeout) }
        login.session?.end()
        login.answer(Decision(verdict, detail: detail))
    }

    /// Ends a login whose time is over.
    private func expire(_ login: Login) {
        guard logins[ObjectIdentifier(login)] != nil else { return }
        waiting[login.attempt] = nil
        leaveGate(login)
        let stage = login.session?.stage ?? "other connections to open"
        let reason = "timed out after \(options.timeout) s, waiting for \(stage)"
        explain(login)
        learn(login, nil)
        fails(login.server, reason)
        let reasons = login.reasons + ["\(options.servers[login.server]): \(reason)"]
        answer(login, .unavailable(Self.unavailability(reasons)))
    }

    /// Logs once that passwords are not encrypted, if no option says so.
    private func warn(of server: Int, listsTLS: Bool) {
        guard options.servers[server].startTLS == .try, exposed.insert(server).inserted else { return }
        let lack = listsTLS ? "refuses the TLS that it offers" : "offers no TLS"
        log.warning("\(options.servers[server]) \(lack); sending passwords unencrypted")
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
