import Authentication
import DovecotProtocol
import Platform

/// Many logins over one connection, a fixed number at a time, and over a new one when the server closes it.
///
/// Without sockets and clocks: bytes and times go in, bytes and results come out.
struct KeptLogins {
    private let login: ClientLogin
    private let process: UInt32
    private let total: Int
    private var reader = ServerMessageReader()
    private var greeting = ServerGreeting()
    private(set) var isGreeted = false
    /// When each login was begun, by its identifier.
    private var inFlight: [UInt32: Instant] = [:]
    private var lastID: UInt32 = 0
    private(set) var summary: Summary
    /// What is to be sent.
    private(set) var output: [UInt8] = []

    /// `login` has no challenges, as a server may forget exchanges that wait for their client.
    init(_ login: ClientLogin, process: UInt32, total: Int, concurrency: Int) {
        precondition(login.challenges == 0)
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
        output = ClientLogin.greeting(process: process)
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
        case .accepted(let id): try end(id, .accepted, now: now)
        case .refused(let id): try end(id, .refused, now: now)
        case .unavailable(let id): try end(id, .failed(.dovecot(.unavailable)), now: now)
        case .other: break
        case .challenge, .version, .mechanism, .process, .done: throw .unexpected(message)
        }
    }

    private mutating func begin(now: Instant) {
        lastID = lastID == .max ? 1 : lastID + 1
        inFlight[lastID] = now
        login.appendRequest(lastID, to: &output)
    }

    private mutating func end(_ id: UInt32, _ outcome: ProbeOutcome, now: Instant) throws(DovecotFailure) {
        guard let start = inFlight.removeValue(forKey: id) else { throw .unexpected(.accepted(id: id)) }
        summary.add(outcome, latency: now.nanoseconds - start.nanoseconds)
        if summary.count + inFlight.count < total { begin(now: now) }
    }
}
