internal import Authentication
internal import MechanismKit
internal import Platform

/// The servers that are asked: one connection at a time, to the first that can be reached.
struct Database: ~Copyable {
    /// How long a connection may have been idle that is used without a look whether it is still there, in milliseconds.
    private static let longestIdle = 30_000
    /// How many rows are read; more are those of no user.
    private static let longestResult = 64

    private let settings: MySQLSettings
    private let log: MechanismLog
    private var failover: FailoverState
    private var session: DatabaseSession?
    /// The number of the server that the session is with.
    private var server = 0
    private var lastUse = Instant.now

    init(_ settings: consuming MySQLSettings, log: MechanismLog) {
        failover = FailoverState(count: settings.hosts.count)
        self.settings = settings
        self.log = log
    }

    /// Asks for the rows of a request's user and hands them out; gives how many there were.
    ///
    /// A connection that is lost is opened again, to another server if need be, and asked once more: `startOver` is called then, and
    /// what `body` has seen until there does not count.
    mutating func rows(
        for request: borrowing AuthRequest,
        startOver: () -> Void,
        _ body: (consuming MySQLRow) -> Void
    ) throws(MySQLFailure) -> Int {
        try openSession()
        do throws(MySQLFailure) {
            return try ask(request, body)
        } catch  where error.isOfConnection {
            // What the server itself says of its state concerns the next connection too.
            if !error.isOfClient { note(error, of: server) }
            try openSession()
            startOver()
            return try ask(request, body)
        }
    }

    private mutating func ask(
        _ request: borrowing AuthRequest,
        _ body: (consuming MySQLRow) -> Void
    ) throws(MySQLFailure) -> Int {
        guard let session = session.take() else { throw MySQLFailure(number: 0, text: "there is no connection") }
        log.debug("asks \(session.connection.host)\(session.connection.cipher.map { ", by TLS (\($0))" } ?? "")")
        log.debug("query: \(session.statement.query.text)")
        let count: Int?
        do throws(MySQLFailure) {
            count = try session.statement.run(for: request, limit: Self.longestResult, body)
        } catch {
            // Whoever asks for such logins must not make others wait for new connections.
            if error.isOfCollation { self.session = consume session }
            throw error
        }
        guard let count else {
            // The standard's code for more rows than were to be.
            let text = "there are more than \(Self.longestResult) rows for one user"
            throw MySQLFailure(number: 0, text: text, state: "21000")
        }
        log.debug("rows: \(count)")
        self.session = consume session
        lastUse = .now
        return count
    }

    /// Makes sure that there is a connection, to the server that is preferred among those that can be reached.
    private mutating func openSession() throws(MySQLFailure) {
        let now = Instant.now
        dropDeadSession(now: now)
        if hasSession, server == 0 { return }
        var last = MySQLFailure(number: 0, text: "there is no server")
        for candidate in failover.order(now: now) {
            // The session's own server stands here before any that is worse.
            if hasSession, candidate == server { return }
            do throws(MySQLFailure) {
                session = try DatabaseSession(settings.hosts[candidate], settings)
                server = candidate
                lastUse = now
                if failover.answered(candidate) { log.notice("server \(settings.hosts[candidate]) answers again") }
                return
            } catch {
                last = error
                note(error, of: candidate)
            }
        }
        throw last
    }

    private var hasSession: Bool {
        switch session {
        case .some: true
        case nil: false
        }
    }

    /// Looks whether a connection that was not used for a while is still there.
    private mutating func dropDeadSession(now: Instant) {
        guard lastUse.advanced(milliseconds: Self.longestIdle) < now else { return }
        let isDead =
            switch session {
            case .some(let session): !session.connection.isAlive
            case nil: false
            }
        if isDead { session = nil }
    }

    private mutating func note(_ failure: MySQLFailure, of candidate: Int) {
        if failover.failed(candidate, now: .now) { log.error("server \(settings.hosts[candidate]): \(failure)") }
    }
}
