import Authentication
import DovecotProtocol
import Platform

/// Many logins over one connection, a fixed number at a time, and over a new one when the server closes it.
///
/// Without sockets and clocks: bytes and times go in, bytes and results come out.
struct KeptLogins {
    /// How many exchanges servers keep for a client that has not answered a challenge yet.
    static let mostExchanges = 32

    private let login: DovecotLogin
    private let process: UInt32
    private let total: Int
    private var reader = ServerMessageReader()
    private var greeting = ServerGreeting()
    private(set) var isGreeted = false
    /// The logins in flight and when each was begun, by their identifiers.
    private var inFlight: [UInt32: (login: LoginInFlight, start: Instant)] = [:]
    private var lastID: UInt32 = 0
    private(set) var summary: Summary
    /// What is to be sent.
    private(set) var output: [UInt8] = []

    /// With challenges, `concurrency` is at most `mostExchanges`.
    init(_ login: DovecotLogin, process: UInt32, total: Int, concurrency: Int) {
        precondition(!login.hasChallenges || concurrency <= Self.mostExchanges)
        self.login = login
        self.process = process
        self.total = total
        summary = Summary(concurrency: concurrency)
        inFlight.reserveCapacity(concurrency)
    }

    var isOver: Bool { summary.count >= total }
    /// The failure if the connection ends now.
    var cutShort: Failure { .dovecot(isGreeted ? .closed : .greetingCut) }

    /// There is a new connection.
    mutating func connected() {
        (reader, greeting, isGreeted, lastID) = (ServerMessageReader(), ServerGreeting(), false, 0)
        // Mail servers, of version 0, have one exchange at a time.
        output = ClientLogin.greeting(process: process, minorVersion: login.hasChallenges ? 1 : 0)
    }

    /// The first `count` bytes of `output` have been sent.
    mutating func sent(_ count: Int) {
        guard count < output.count else {
            wipe(output.span)
            return output.removeAll(keepingCapacity: true)
        }
        let rest = [UInt8](copying: output.span.extracting(droppingFirst: count))
        wipe(output.span)
        output = rest
    }

    /// Takes the next piece; after an error the connection is lost.
    mutating func take(_ bytes: Span<UInt8>, now: Instant) throws(DovecotFailure) {
        var rest = bytes
        while let message = try reader.message(&rest) { try take(message, now: now) }
    }

    /// The connection is lost, and so are the logins in flight.
    ///
    /// Without a greeting there is no use in trying again: all that are left count as failed.
    mutating func lost(_ failure: Failure) {
        let count = isGreeted ? max(inFlight.count, 1) : total - summary.count
        for _ in 0..<count { summary.add(.failed(failure), latency: 0) }
        inFlight.removeAll(keepingCapacity: true)
        isGreeted = false
        wipe(output.span)
        output = []
    }

    private mutating func take(_ message: ServerMessage, now: Instant) throws(DovecotFailure) {
        guard isGreeted else {
            guard try greeting.take(message) else { return }
            try greeting.check(login.mechanism)
            isGreeted = true
            let count = min(summary.concurrency, total - summary.count)
            // Without it, copies of the password would be left where the array grew.
            output.reserveCapacity(output.count + count * login.longestLine)
            for _ in 0..<count { begin(now: now) }
            return
        }
        switch message {
        case .accepted(let id), .refused(let id), .unavailable(let id), .challenge(let id, _):
            try take(message, for: id, now: now)
        case .other: break
        case .version, .mechanism, .process, .done: throw .unexpected(message)
        }
    }

    private mutating func begin(now: Instant) {
        lastID = lastID == .max ? 1 : lastID + 1
        inFlight[lastID] = (login.begin(lastID, &output), now)
    }

    private mutating func take(_ message: ServerMessage, for id: UInt32, now: Instant) throws(DovecotFailure) {
        guard let start = inFlight[id]?.start else { throw .unexpected(message) }
        guard let outcome = try inFlight[id]?.login.take(message, &output) else { return }
        inFlight[id] = nil
        summary.add(outcome, latency: now.nanoseconds - start.nanoseconds)
        if summary.count + inFlight.count < total { begin(now: now) }
    }
}
