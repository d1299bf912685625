internal import Authentication
internal import MechanismKit
internal import Platform

/// The servers: one connection at a time, to the first that can be reached.
struct Database: ~Copyable {
    /// A connection that has been idle for longer is tested before it is used, in milliseconds.
    private static let longestIdle = 30_000
    /// The number of rows read at most; no user has more.
    private static let longestResult = 64

    private let settings: MySQLSettings
    private let log: MechanismLog
    private var failover: FailoverState
    private var session: DatabaseSession?
    /// The number of the session's server.
    private var server = 0
    private var lastUse = Instant.now

    init(_ settings: consuming MySQLSettings, log: MechanismLog) {
        failover = FailoverState(count: settings.hosts.count)
        self.settings = settings
        self.log = log
    }

    /// Queries the rows of a user and passes each to `body`; returns their number.
    ///
    /// When the connection is lost, the query is repeated once on a new one, perhaps to another server. `startOver` is
    /// called before, and the rows passed so far do not count.
    mutating func rows(
        for identity: LoginIdentity,
        startOver: () -> Void,
        _ body: (consuming MySQLRow) -> Void
    ) throws(MySQLFailure) -> Int {
        try openSession()
        do throws(MySQLFailure) {
            return try ask(identity, body)
        } catch  where error.isOfConnection {
            // An error that the server reports about its state affects the next connection too.
            if !error.isOfClient { note(error, of: server) }
            try openSession()
            startOver()
            return try ask(identity, body)
        }
    }

    private mutating func ask(
        _ identity: LoginIdentity,
        _ body: (consuming MySQLRow) -> Void
    ) throws(MySQLFailure) -> Int {
        guard let session = session.take() else { throw MySQLFailure(number: 0, text: "no connection") }
        log.debug("querying \(session.connection.host)\(session.connection.cipher.map { ", by TLS (\($0))" } ?? "")")
        log.debug("query: \(session.statement.query.text)")
        let count: Int?
        do throws(MySQLFailure) {
            count = try session.statement.run(for: identity, limit: Self.longestResult, body)
        } catch {
            // The connection is intact: clients that send such logins must not cause reconnections.
            if error.isOfCollation { self.session = consume session }
            throw error
        }
        guard let count else {
            // The SQL standard's code for a cardinality violation.
            let text = "more than \(Self.longestResult) rows for one user"
            throw MySQLFailure(number: 0, text: text, state: "21000")
        }
        log.debug("rows: \(count)")
        self.session = consume session
        lastUse = .now
        return count
    }

    /// Ensures a connection to the most preferred server that can be reached.
    private mutating func openSession() throws(MySQLFailure) {
        let now = Instant.now
        dropDeadSession(now: now)
        if hasSession, server == 0 { return }
        var last = MySQLFailure(number: 0, text: "no server")
        for candidate in failover.order(now: now) {
            // The session's server comes before all less preferred ones.
            if hasSession, candidate == server { return }
            do throws(MySQLFailure) {
                session = try DatabaseSession(settings.hosts[candidate], settings)
                server = candidate
                lastUse = now
                if failover.answered(candidate) { log.notice("server \(settings.hosts[candidate]) is back") }
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

    /// Closes a connection that has been idle for a while and is dead.
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
