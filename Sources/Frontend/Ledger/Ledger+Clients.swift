internal import Authentication
internal import CommandLine
internal import Glibc
internal import HeapModule
internal import Platform

/// Clients: which have a slot, which wait for one, and which are evicted.
extension Ledger {
    /// A client of system account `account` has connected.
    mutating func connected(account: uid_t, now: Instant, into actions: inout [LedgerAction]) -> ClientID {
        let client = clients.connected(account: account)
        // A slot that is freed for this client must not go to a waiting one.
        isAdmitting = true
        let hasRoom = hasRoom(for: account, now: now, into: &actions)
        isAdmitting = false
        if hasRoom {
            admit(client, now: now, into: &actions)
        } else if let refused = clients.waits(client) {
            turnAway(refused, now: now, into: &actions)
        }
        return client
    }

    /// Whether input from a client belongs to its request.
    func isUnfinished(_ client: ClientID) -> Bool { clients.stage(of: client)?.isUnfinished ?? false }

    /// All input that a client had sent before it got its slot was read.
    mutating func wasRead(_ client: ClientID, now: Instant, into actions: inout [LedgerAction]) {
        clients.wasRead(client, now: now)
        admitWaiting(now: now, into: &actions)
    }

    /// A client has sent a part of its request.
    mutating func heard(from client: ClientID, now: Instant) {
        clients.heard(from: client, now: now)
    }

    /// A client has begun an optional field; wait for it this long.
    mutating func awaitsAddress(_ client: ClientID, milliseconds: Int, now: Instant) {
        guard clients.awaitsAddress(client, now: now) else { return }
        deadlines.insert(Deadline(time: now.advanced(milliseconds: milliseconds), event: .address(client)))
    }

    /// A client has sent an invalid request; the caller answers it.
    ///
    /// Returns whether to close the connection afterwards. A `probe` only checks that the daemon answers, and is not
    /// counted.
    mutating func rejected(
        _ client: ClientID,
        isProbe: Bool,
        now: Instant,
        into actions: inout [LedgerAction]
    ) -> Bool {
        if !isProbe { countMalformed() }
        clients.asks(client)
        let closes = clients.answered(client, now: now)
        if closes { forget(client, now: now, into: &actions) }
        return closes
    }

    /// A client has sent bytes after its request.
    mutating func surplus(_ count: Int, from client: ClientID, now: Instant, into actions: inout [LedgerAction]) {
        if clients.surplus(count, from: client) { close(client, now: now, into: &actions) }
    }

    /// A client sends no more.
    mutating func inputEnded(_ client: ClientID, now: Instant, into actions: inout [LedgerAction]) {
        clients.inputEnded(client)
        switch clients.stage(of: client) {
        case .admitted, .reading, .draining: close(client, now: now, into: &actions)
        case .awaitingAddress: actions.append(.finishRequest(client))
        case .waiting, .asking, .delayed, nil: break
        }
    }

    /// A client's connection was closed because resources were short.
    mutating func lost(_ client: ClientID, now: Instant, into actions: inout [LedgerAction]) {
        guard clients.stage(of: client) != nil else { return }
        forget(client, now: now, into: &actions)
    }

    // MARK: Replies

    /// Answers a client; its request is finished.
    mutating func answer(
        _ client: ClientID,
        _ answer: Answer,
        isCounted: Bool = true,
        now: Instant,
        into actions: inout [LedgerAction]
    ) {
        guard clients.stage(of: client) != nil else { return }
        if isCounted { answered.count(answer.verdict) }
        let closes = clients.answered(client, now: now)
        actions.append(.answer(client, answer, closes: closes))
        if closes { forget(client, now: now, into: &actions) }
    }

    /// Answers a client at a time, which may be now, or earlier if its slot or the mail server's process is needed.
    mutating func delay(
        _ id: RequestID,
        _ request: PendingRequest,
        _ answer: Answer,
        until: Instant,
        isPenalty: Bool = false,
        now: Instant,
        into actions: inout [LedgerAction]
    ) {
        let client = request.client
        guard clients.stage(of: client) != nil else { return }
        guard until > now else { return send(answer, to: request, now: now, into: &actions) }
        request.place = nil
        request.stage = .delayed(answer, until: until)
        requests[id] = request
        setRequest(id, of: client)
        deadlines.insert(Deadline(time: until, event: .answer(id)))
        // Others do not wait for long, and must not end penalties.
        guard isPenalty else { return }
        clients.delays(client, now: now)
        // Each delayed reply blocks a process of the mail server, and their number is limited.
        if let other = clients.delayedTooMany(of: clients.account(of: client)) {
            answerDelayed(other, now: now, into: &actions)
        }
        admitWaiting(now: now, into: &actions)
    }

    /// Sends a client's delayed reply now.
    mutating func answerDelayed(_ client: ClientID, now: Instant, into actions: inout [LedgerAction]) {
        guard clients.stage(of: client) == .delayed, let id = request(of: client) else { return }
        answerDelayed(id, now: now, into: &actions)
    }

    mutating func answerDelayed(_ id: RequestID, now: Instant, into actions: inout [LedgerAction]) {
        guard let request = requests[id], case .delayed(let answer, _) = request.stage else { return }
        requests[id] = nil
        send(answer, to: request, now: now, into: &actions)
    }

    /// Answers the client of a request; parameters of a challenge are no verdict, and are not counted.
    private mutating func send(
        _ answer: Answer,
        to request: PendingRequest,
        now: Instant,
        into actions: inout [LedgerAction]
    ) {
        let isVerdict = request.terms.kind != .preparation
        self.answer(request.client, answer, isCounted: isVerdict, now: now, into: &actions)
    }

    // MARK: Slots

    /// The request of a client.
    func request(of client: ClientID) -> RequestID? {
        client.index < asked.count ? asked[client.index] : nil
    }

    mutating func setRequest(_ id: RequestID?, of client: ClientID) {
        while asked.count <= client.index { asked.append(nil) }
        asked[client.index] = id
    }

    mutating func close(_ client: ClientID, now: Instant, into actions: inout [LedgerAction]) {
        guard clients.stage(of: client) != nil else { return }
        actions.append(.close(client))
        forget(client, now: now, into: &actions)
    }

    private mutating func forget(_ client: ClientID, now: Instant, into actions: inout [LedgerAction]) {
        setRequest(nil, of: client)
        clients.remove(client)
        admitWaiting(now: now, into: &actions)
        exitIfDone(into: &actions)
    }

    private mutating func admit(_ client: ClientID, now: Instant, into actions: inout [LedgerAction]) {
        clients.admit(client, now: now)
        actions.append(.read(client))
    }

    /// Gives free slots to waiting clients.
    mutating func admitWaiting(now: Instant, into actions: inout [LedgerAction]) {
        guard !isAdmitting else { return }
        isAdmitting = true
        defer { isAdmitting = false }
        while let client = clients.nextWaiting,
            phase == .leaving || hasRoom(for: clients.account(of: client), now: now, into: &actions)
        {
            // The eviction may have changed whose turn it is.
            guard clients.nextWaiting == client else { continue }
            clients.stopsWaiting(client)
            admit(client, now: now, into: &actions)
        }
    }

    /// Whether there is a slot for a client of `account`; another client may be evicted for it.
    private mutating func hasRoom(for account: uid_t, now: Instant, into actions: inout [LedgerAction]) -> Bool {
        guard clients.isFull else { return true }
        if let other = clients.dispensable(for: account) {
            answerDelayed(other, now: now, into: &actions)
            close(other, now: now, into: &actions)
        } else if let request = throttle?.longestWaiting {
            turnAway(request, now: now, into: &actions)
        } else {
            return false
        }
        return !clients.isFull
    }

    private mutating func turnAway(_ client: ClientID, now: Instant, into actions: inout [LedgerAction]) {
        let account = clients.account(of: client)
        answered.count(unavailable.verdict)
        actions.append(.answer(client, unavailable, closes: true))
        clients.remove(client)
        if countTurnedAway(account, now: now) { actions.append(.log(.crowd(account))) }
    }

    /// The reply to a client whose request cannot be handled.
    private var unavailable: Answer {
        Answer(verdict: .unavailable(Unavailability("")), mechanism: mechanisms.count - 1)
    }
}
