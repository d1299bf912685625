internal import Authentication
internal import DequeModule
internal import EventLoop
internal import MechanismKit
internal import Platform

/// The connections to one server: one of the reader, with many searches in flight, and some on which users bind.
///
/// Only one bind may be in flight on a connection, RFC 4511 4.2.1.
final class DirectoryServer {
    /// How many connections users may have.
    static let mostConnections = 128
    /// How many connections are opened at a time, each on a thread.
    private static let mostAttempts = 16
    /// How long an idle connection is kept, in milliseconds; firewalls forget those that are idle for minutes.
    private static let longestIdle = 60_000

    /// Somebody who waits for a connection.
    final class Ticket {
        /// When waiting ends, and whom it matters to connect in time.
        let deadline: Instant
        fileprivate(set) var isOpen = true
        fileprivate let body: (Result) -> Void

        init(deadline: Instant, _ body: @escaping (Result) -> Void) {
            self.deadline = deadline
            self.body = body
        }

        /// Nobody waits any more.
        func cancel() { isOpen = false }

        fileprivate func close(_ result: Result) {
            guard isOpen else { return }
            isOpen = false
            body(result)
        }
    }

    enum Result {
        case connection(DirectoryConnection)
        case failed(Judgement.Unavailable)
    }

    private struct Idle {
        let connection: DirectoryConnection
        let since: Instant
    }

    let url: ServerURL
    private let settings: SharedSettings
    private let loop: EventLoop
    private let mailbox: Mailbox
    private let log: MechanismLog
    private var reader: DirectoryConnection?
    private var readerTickets: [Ticket] = []
    private var isReaderConnecting = false
    /// Former ones, until they have no operation in flight.
    private var retired: [DirectoryConnection] = []
    /// The last used at the end.
    private var idle: [Idle] = []
    private var tickets = Deque<Ticket>()
    private var attempts = 0
    private var inUse = 0
    private var isSweeping = false
    /// From the last connection on which users bind.
    private var offers: ServerOffers?

    init(_ url: ServerURL, _ settings: SharedSettings, loop: EventLoop, mailbox: Mailbox, log: MechanismLog) {
        self.url = url
        self.settings = settings
        self.loop = loop
        self.mailbox = mailbox
        self.log = log
    }

    // MARK: - The reader

    /// Gives `ticket` the reader's connection, now or once there is one.
    func askReader(_ ticket: Ticket) {
        if let reader, reader.isOpen { return ticket.close(.connection(reader)) }
        reader = nil
        readerTickets.append(ticket)
        guard !isReaderConnecting else { return }
        isReaderConnecting = true
        connect(for: .reader, until: ticket.deadline) { [weak self] result in self?.readerConnected(result) }
    }

    /// Uses another connection for what comes; this one did not answer in time.
    func retire(_ connection: DirectoryConnection) {
        guard reader === connection else { return }
        reader = nil
        // Others may still get their answers on it.
        retired.append(connection)
        sweep()
    }

    private func readerConnected(_ result: Result) {
        isReaderConnecting = false
        if case .connection(let connection) = result { reader = connection }
        let tickets = readerTickets
        readerTickets = []
        for ticket in tickets { ticket.close(result) }
        // Without this, who came while the tickets were served would wait for nothing.
        guard let next = readerTickets.first(where: \.isOpen), !isReaderConnecting else { return }
        readerTickets.removeAll { $0 === next }
        askReader(next)
    }

    // MARK: - Users

    /// Gives `ticket` a connection of its own, now or later; `release` takes it back.
    ///
    /// Unless it `mayReuse` idle ones, they are closed: one of them was lost.
    func askUser(_ ticket: Ticket, mayReuse: Bool) {
        if !mayReuse { closeIdle() }
        while let last = idle.popLast() {
            guard last.connection.isOpen else { continue }
            last.connection.onLoss = {}
            inUse += 1
            return ticket.close(.connection(last.connection))
        }
        tickets.append(ticket)
        connectUsers()
    }

    /// Takes a connection back, open or not.
    func release(_ connection: DirectoryConnection) {
        inUse -= 1
        guard connection.isOpen, connection.isIdle, connection.isReusable else {
            connection.close()
            return connectUsers()
        }
        offer(connection)
    }

    private func offer(_ connection: DirectoryConnection) {
        while let ticket = tickets.popFirst() {
            guard ticket.isOpen else { continue }
            inUse += 1
            return ticket.close(.connection(connection))
        }
        idle.append(Idle(connection: connection, since: loop.now))
        connection.onLoss = { [weak self, weak connection] in
            self?.idle.removeAll { $0.connection === connection }
        }
        sweep()
    }

    /// Opens connections for those who wait.
    private func connectUsers() {
        tickets.removeAll { !$0.isOpen }
        while attempts < min(tickets.count, Self.mostAttempts), attempts + inUse + idle.count < Self.mostConnections {
            guard let deadline = tickets.map(\.deadline).max() else { return }
            attempts += 1
            connect(for: .users, until: deadline) { [weak self] result in self?.userConnected(result) }
        }
    }

    private func userConnected(_ result: Result) {
        attempts -= 1
        switch result {
        case .connection(let connection):
            offers = connection.offers
            offer(connection)
            connectUsers()
        case .failed:
            offers = nil
            // Connections in use, and attempts under way, may still serve those who wait.
            guard attempts == 0, inUse == 0 else { return }
            let failed = tickets
            tickets = []
            for ticket in failed { ticket.close(result) }
        }
    }

    // MARK: - Connecting

    private func connect(
        for purpose: ConnectAttempt.Purpose,
        until deadline: Instant,
        _ done: @escaping (Result) -> Void
    ) {
        let milliseconds = max(100, loop.now.milliseconds(until: deadline))
        let attempt = ConnectAttempt(url, for: purpose, settings, known: offers, milliseconds: milliseconds)
        // libldap limits each step; this limits them all.
        let backstop = loop.schedule(milliseconds: milliseconds + 100) { attempt.abandon() }
        do throws(SystemError) {
            try mailbox.run({ attempt.run() }) { [weak self] in
                guard let self else { return }
                loop.cancel(backstop)
                for line in attempt.trail { log.debug(line) }
                switch attempt.take() {
                case .failed(let unavailable): done(.failed(unavailable))
                case .connected(let connected): done(adopt(connected))
                }
            }
        } catch {
            loop.cancel(backstop)
            // Not within this call: who asks does not expect an answer yet.
            let unavailable = Judgement.Unavailable(reason: "\(url): \(error)", scope: .mechanism, isOfServer: false)
            loop.schedule(milliseconds: 0) { done(.failed(unavailable)) }
        }
    }

    private func adopt(_ connected: consuming ConnectAttempt.Connected) -> Result {
        do throws(SystemError) {
            return .connection(try DirectoryConnection(connected, loop: loop))
        } catch {
            return .failed(Judgement.Unavailable(reason: "\(url): \(error)", scope: .mechanism, isOfServer: false))
        }
    }

    // MARK: - Idle connections

    private func closeIdle() { closeIdle { _ in true } }

    private func closeIdle(where isUnwanted: (Idle) -> Bool) {
        for idle in idle where isUnwanted(idle) {
            idle.connection.onLoss = {}
            idle.connection.close()
        }
        idle.removeAll { !$0.connection.isOpen }
    }

    /// Closes what is not used any more, now and then.
    private func sweep() {
        guard !isSweeping else { return }
        isSweeping = true
        loop.schedule(milliseconds: Self.longestIdle / 4) { [weak self] in
            guard let self else { return }
            isSweeping = false
            let limit = loop.now.reduced(milliseconds: Self.longestIdle)
            closeIdle { $0.since <= limit }
            for connection in retired where connection.isIdle { connection.close() }
            retired.removeAll { !$0.isOpen }
            if !idle.isEmpty || !retired.isEmpty { sweep() }
        }
    }
}
