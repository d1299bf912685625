internal import Authentication
internal import CommandLine
internal import Glibc
internal import HeapModule
internal import Platform

/// Clients: who has a place, who waits for one, and who has to go.
extension Ledger {
    /// A client of the system's account `account` has connected.
    mutating func connected(account: uid_t, now: Instant, into actions: inout [LedgerAction]) -> ClientID {
        let client = clients.connected(account: account)
        // A place that another gives up for this client is not for one that waits.
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

    /// Whether what comes from a client belongs to its request.
    func isUnfinished(_ client: ClientID) -> Bool { clients.stage(of: client)?.isUnfinished ?? false }

    /// All that a client had sent when it got its place was read.
    mutating func wasRead(_ client: ClientID, now: Instant, into actions: inout [LedgerAction]) {
        clients.wasRead(client, now: now)
        admitWaiting(now: now, into: &actions)
    }

    /// A client has sent something of its request.
    mutating func heard(from client: ClientID, now: Instant) {
        clients.heard(from: client, now: now)
    }

    /// A client has begun a field that not all send; it is waited for so many milliseconds.
    mutating func awaitsAddress(_ client: ClientID, milliseconds: Int, now: Instant) {
        guard clients.awaitsAddress(client, now: now) else { return }
        deadlines.insert(Deadline(time: now.advanced(milliseconds: milliseconds), event: .address(client)))
    }

    /// A client has sent what is no request, and is answered by whoever knows why.
    ///
    /// Says whether its connection is to be closed then. A `probe` is not counted: nobody means to log in, somebody looks whether
    /// there is an answer.
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

    /// A client has sent what belongs to no request.
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

    /// The connection of a client was closed for want of means to serve it.
    mutating func lost(_ client: ClientID, now: Instant, into actions: inout [LedgerAction]) {
        guard clients.stage(of: client) != nil else { return }
        forget(client, now: now, into: &actions)
    }

    // MARK: Answers

    /// Answers a client, whose request is over.
    mutating func answer(_ client: ClientID, _ answer: Answer, now: Instant, into actions: inout [LedgerAction]) {
        guard clients.stage(of: client) != nil else { return }
        answered.count(answer.verdict)
        let closes = clients.answered(client, now: now)
        actions.append(.answer(client, answer, closes: closes))
        if closes { forget(client, now: now, into: &actions) }
    }

    /// Answers a client later, unless its place or a process of the mail server is needed before.
    mutating func delay(
        _ id: RequestID,
        _ request: PendingRequest,
        _ answer: Answer,
        milliseconds: Int,
        now: Instant,
        into actions: inout [LedgerAction]
    ) {
        let client = request.client
        guard clients.stage(of: client) != nil else { return }
        let until = now.advanced(milliseconds: milliseconds)
        request.place = nil
        request.stage = .delayed(answer, until: until)
        requests[id] = request
        setRequest(id, of: client)
        deadlines.insert(Deadline(time: until, event: .answer(id)))
        clients.delays(client, now: now)
        // Each delayed answer is a process of the mail server that does nothing else, and the mail server has a limit on those.
        if let other = clients.delayedTooMany(of: clients.account(of: client)) {
            answerDelayed(other, now: now, into: &actions)
        }
        admitWaiting(now: now, into: &actions)
    }

    /// Answers a client now that was to be answered later.
    mutating func answerDelayed(_ client: ClientID, now: Instant, into actions: inout [LedgerAction]) {
        guard clients.stage(of: client) == .delayed, let id = request(of: client) else { return }
        answerDelayed(id, now: now, into: &actions)
    }

    mutating func answerDelayed(_ id: RequestID, now: Instant, into actions: inout [LedgerAction]) {
        guard let request = requests[id], case .delayed(let answer, _) = request.stage else { return }
        requests[id] = nil
        self.answer(request.client, answer, now: now, into: &actions)
    }

    // MARK: Places

    /// The request that a client has asked.
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

    /// Gives places that have become free to clients that wait for one.
    mutating func admitWaiting(now: Instant, into actions: inout [LedgerAction]) {
        guard !isAdmitting else { return }
        isAdmitting = true
        defer { isAdmitting = false }
        while let client = clients.nextWaiting,
            phase == .leaving || hasRoom(for: clients.account(of: client), now: now, into: &actions)
        {
            // One that made room may have been the last of its account.
            guard clients.nextWaiting == client else { continue }
            clients.stopsWaiting(client)
            admit(client, now: now, into: &actions)
        }
    }

    /// Whether there is a place for a client of `account`; another client may be evicted for it.
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

    /// The answer to a client whose request nobody can see to.
    private var unavailable: Answer {
        Answer(verdict: .unavailable(Unavailability("")), mechanism: mechanisms.count - 1)
    }
}
