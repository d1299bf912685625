internal import Authentication
internal import CommandLine
internal import Folding
internal import HeapModule
internal import Platform

/// Requests, from arrival to reply.
extension Ledger {
    /// A client has sent a request; returns its number if the caller must keep it, because it was not answered at once.
    ///
    /// The request is in the form that mechanisms get, with `-r` applied.
    mutating func asked(
        _ request: borrowing AuthRequest,
        by client: ClientID,
        peer: PeerCredentials?,
        terms: RequestTerms = .usual,
        now: Instant,
        into actions: inout [LedgerAction]
    ) -> RequestID? {
        clients.asks(client)
        let trace: CredentialMemory.Trace
        switch terms.kind == .password ? memory.look(at: request, now: now) : .miss(CredentialMemory.Trace()) {
        case .hit:
            if tellsSuccess { actions.append(.log(.cached(AuditLog.Subject(request, peer: peer)))) }
            answer(client, .cached, now: now, into: &actions)
            return nil
        case .miss(let found): trace = found
        }
        let fitting = mechanisms.indices.filter { index in
            if case .proof(let mechanism?) = terms.kind, mechanism != index { return false }
            return mechanisms[index].route.fits(realm: request.realm, service: request.service)
        }
        guard !fitting.isEmpty else {
            // No mechanism was asked, so this is neither a failure of a mechanism nor guessing.
            actions.append(.log(.unrouted(AuditLog.Subject(request, peer: peer))))
            let refusal = Answer(verdict: .refused(.unknownUser), mechanism: mechanisms.count - 1)
            answer(client, refusal, now: now, into: &actions)
            return nil
        }
        let id = newID()
        let limit = min(timeout, terms.deadline ?? timeout)
        let account = names.account(
            login: request.login,
            realm: request.realm,
            of: fitting.lazy.map { [plugins] in plugins[$0] }
        )
        let pending = PendingRequest(
            of: client,
            AuditLog.Subject(request, peer: peer),
            account: account,
            mechanisms: fitting,
            evening: fitting.first { mechanisms[$0].refusals != nil },
            trace: trace,
            arrived: now,
            deadline: now.advanced(milliseconds: limit),
            terms: terms
        )
        pending.place = undecided.append(id, limit: limit, now: now)
        requests[id] = pending
        setRequest(id, of: client)
        guard terms.kind != .preparation else {
            askNext(id, now: now, into: &actions)
            return id
        }
        let admission = throttle?.arrived(
            id,
            Throttle.Attempt(
                account: account.account,
                service: request.service,
                addresses: terms.isExemptFromAddress ? [] : AddressBlock.blocks(of: request.client),
                isKnown: trace.isKnown,
                isRepeated: trace.isRepeated,
                password: trace.password
            ),
            now: now
        )
        switch admission {
        case .proceed, nil: askNext(id, now: now, into: &actions)
        case .wait(let dropped, let answered):
            if let answered { answerDelayed(answered, now: now, into: &actions) }
            if let dropped { turnAway(dropped, now: now, into: &actions) }
        }
        return id
    }

    /// The client of a request that no worker has answered was found to have hung up.
    mutating func abandoned(_ id: RequestID, now: Instant, into actions: inout [LedgerAction]) {
        guard let request = requests[id] else { return }
        switch request.stage {
        case .queued(let mechanism), .handed(let mechanism, _):
            let further = mechanisms[mechanism].pool.withdrawn(request: id, now: now)
            carryOut(further, of: mechanism, now: now, into: &actions)
        case .throttled: break
        case .late, .delayed: return
        }
        remove(id, into: &actions)
        let effect = throttle?.decided(id, .unavailable, now: now)
        var timing = request.timing(now: now)
        timing.mechanism = 0
        actions.append(.log(.abandoned(request.subject, timing)))
        close(request.client, now: now, into: &actions)
        proceed(with: effect?.next ?? [], now: now, into: &actions)
    }

    /// Drops cache entries, all or those of one login, which may contain a realm after an `@`; returns their number.
    mutating func flush(_ login: ByteString?) -> Int {
        guard let login else { return memory.flush() }
        let parts = login.splitAtRealm
        let realm = parts.realm ?? ""
        // The login as given, as libsasl2 splits it, and as -r joins it.
        let spellings = [(login, ""), (parts.login, realm), (login, realm)]
        var all: Set<FoldedName> = []
        for (login, realm) in spellings { all.formUnion(names.account(login: login, realm: realm, of: plugins).all()) }
        return memory.flush(all)
    }

    // MARK: Progress

    /// The last mechanism asked has given its verdict.
    mutating func decide(_ id: RequestID, _ finding: Finding, now: Instant, into actions: inout [LedgerAction]) {
        guard let request = requests[id] else { return }
        request.delay = max(request.delay, finding.delay)
        if let account = finding.account { request.named = account }
        guard !request.mechanisms.isEmpty, nextOn.goesOn(after: finding.verdict) else {
            return conclude(id, finding, now: now, into: &actions)
        }
        // It is too late to ask the next mechanism, whose verdict would count.
        guard !request.isLate else { return conclude(id, .overload(""), now: now, into: &actions) }
        count(finding, of: request, now: now)
        askNext(id, now: now, into: &actions)
    }

    private mutating func askNext(_ id: RequestID, now: Instant, into actions: inout [LedgerAction]) {
        guard let request = requests[id], let next = request.nextMechanism(now: now) else { return }
        let further = mechanisms[next].pool.arrived(
            request: id,
            of: clients.account(of: request.client),
            deadline: request.deadline,
            isKnown: request.trace.isKnown,
            now: now
        )
        carryOut(further, of: next, now: now, into: &actions)
    }

    mutating func proceed(with ids: [RequestID], now: Instant, into actions: inout [LedgerAction]) {
        for id in ids { askNext(id, now: now, into: &actions) }
    }

    /// A client's timeout has expired; a worker that has its request continues.
    mutating func expire(_ id: RequestID, now: Instant, into actions: inout [LedgerAction]) {
        guard let request = requests[id] else { return }
        guard !request.isThrottled else { return turnAway(id, now: now, into: &actions) }
        let reason =
            if let own = request.terms.deadline, own < timeout {
                "no answer after \(own / 1000) seconds (deadline= of --dovecot)"
            } else {
                "no answer after \(timeout / 1000) seconds (--timeout)"
            }
        switch request.mechanism.map({ mechanisms[$0].pool.expired(request: id) }) ?? .waiting {
        case .waiting: conclude(id, .overload(reason), now: now, into: &actions)
        case .lost: conclude(id, Finding(.unavailable(Unavailability(reason))), now: now, into: &actions)
        case .inFlight(let isWorkerSilent):
            if let place = request.place {
                undecided.remove(place)
                request.place = nil
            }
            let source = isWorkerSilent ? Finding.Source.mechanism : .frontend
            let finding = Finding(.unavailable(Unavailability(reason)), source: source)
            count(finding, of: request, now: now)
            answer(id, request, finding, now: now, into: &actions)
            request.becomesLate()
        }
    }

    /// Answers a throttled request without a check: too many others wait, or it has waited too long.
    mutating func turnAway(_ id: RequestID, now: Instant, into actions: inout [LedgerAction]) {
        if let trace = requests[id]?.trace { memory.turnedAway(trace, now: now) }
        turnedAwayRequests += 1
        conclude(id, .overload(Self.tooManyAttempts), now: now, into: &actions)
    }

    mutating func conclude(_ id: RequestID, _ finding: Finding, now: Instant, into actions: inout [LedgerAction]) {
        guard let request = requests[id] else { return }
        remove(id, into: &actions)
        guard request.terms.kind != .preparation else {
            if !request.isLate { answerPreparation(id, request, finding, now: now, into: &actions) }
            return
        }
        let account = request.named.map { names.learn($0, for: request.account, now: now) }
        let isOfLogin = request.mechanism.map { mechanisms[$0].counters.isOfLogin(finding, now: now) } ?? false
        let outcome = Throttle.Outcome(finding.verdict, isOfLogin: isOfLogin)
        let effect = throttle?.decided(id, outcome, account: account, now: now) ?? Throttle.Effect()
        if effect.isTurnedAway {
            turnedAwayRequests += 1
            memory.turnedAway(request.trace, now: now)
            if !request.isLate {
                answer(
                    id,
                    request,
                    .overload(Self.tooManyAttempts),
                    isTurnedAway: true,
                    now: now,
                    into: &actions
                )
            }
            return proceed(with: effect.next, now: now, into: &actions)
        }
        memory.learn(
            finding.verdict,
            of: request.trace,
            at: account ?? request.account.account,
            all: request.account.all(named: account),
            now: now
        )
        if request.isLate {
            actions.append(.log(.late(request.subject, finding.verdict, request.timing(now: now))))
        } else {
            count(finding, of: request, now: now)
            answer(id, request, finding, effect, now: now, into: &actions)
        }
        proceed(with: effect.next, now: now, into: &actions)
    }

    /// Answers a request for parameters; only a missing answer is logged, as the login ends with it.
    private mutating func answerPreparation(
        _ id: RequestID,
        _ request: PendingRequest,
        _ finding: Finding,
        now: Instant,
        into actions: inout [LedgerAction]
    ) {
        let index = request.mechanism ?? mechanisms.count - 1
        if case .unavailable = finding.verdict {
            let timing = request.timing(now: now)
            actions.append(.log(.decided(request.subject, finding.verdict, plugins[index], timing)))
        }
        var until = now
        if case .accepted = finding.verdict { until = evenTime(of: request, \.preparations, now: now) }
        delay(id, request, Answer(verdict: finding.verdict, mechanism: index), until: until, now: now, into: &actions)
    }

    /// When to send an answer whose time must not tell whether the user exists; never after the request's deadline.
    private mutating func evenTime(
        of request: PendingRequest,
        _ times: WritableKeyPath<Mechanism, EvenTimes?>,
        isOfKnown: Bool = true,
        now: Instant
    ) -> Instant {
        guard let begin = request.begin, let index = request.evening,
            let due = mechanisms[index][keyPath: times]?.due(begin: begin, isOfKnown: isOfKnown, now: now)
        else { return now }
        return min(due, max(now, request.deadline))
    }

    /// Answers and logs a request, with acceptance by the cache if the mechanism gives no verdict.
    private mutating func answer(
        _ id: RequestID,
        _ request: PendingRequest,
        _ finding: Finding,
        _ effect: Throttle.Effect = Throttle.Effect(),
        isTurnedAway: Bool = false,
        now: Instant,
        into actions: inout [LedgerAction]
    ) {
        // If no mechanism was asked, use the last one.
        let index = request.mechanism ?? mechanisms.count - 1
        let mechanism = plugins[index]
        let timing = request.timing(now: now)
        if case .unavailable(let unavailability) = finding.verdict, finding.source == .mechanism,
            request.isPrompt(now: now), memory.forgives(request.trace, now: now)
        {
            countForgiven()
            actions.append(.log(.forgiven(request.subject, unavailability, mechanism, timing)))
            return answer(request.client, .cached, now: now, into: &actions)
        }
        let answer = Answer(verdict: finding.verdict, mechanism: index)
        if isTurnedAway || request.isThrottled {
            actions.append(.log(.turnedAway(request.subject, Self.tooManyAttempts, mechanism, timing)))
        } else if finding.verdict != .accepted || tellsSuccess {
            actions.append(.log(.decided(request.subject, finding.verdict, mechanism, timing)))
        }
        var (due, delay) = (now, effect.delay)
        switch finding.verdict {
        case .accepted: return self.answer(request.client, answer, now: now, into: &actions)
        case .refused(let refusal):
            if let failures = effect.news { actions.append(.log(.slowedDown(request.subject, failures: failures))) }
            if let advice = advice(about: request.subject, refusedBy: mechanism) {
                actions.append(.log(.advice(advice)))
            }
            delay = max(delay, request.delay)
            due = evenTime(of: request, \.refusals, isOfKnown: refusal != .unknownUser, now: now)
        case .unavailable:
            if let attempts = effect.news { actions.append(.log(.undecided(request.subject, attempts: attempts))) }
        }
        // Limit the mechanism's delay to what a mail server waits for.
        var until = min(due.advanced(milliseconds: delay), now.advanced(milliseconds: maximumDelay))
        if let longest = request.terms.longestDelay {
            until = min(until, now.advanced(milliseconds: longest), max(now, request.deadline))
        }
        self.delay(id, request, answer, until: until, isPenalty: delay > 0, now: now, into: &actions)
    }

    private mutating func count(_ finding: Finding, of request: PendingRequest, now: Instant) {
        guard let mechanism = request.mechanism else { return }
        mechanisms[mechanism].counters.count(finding, of: request.account.account, arrived: request.arrived, now: now)
    }

    /// Ends a request; its reply may still be delayed.
    private mutating func remove(_ id: RequestID, into actions: inout [LedgerAction]) {
        guard let request = requests.removeValue(forKey: id) else { return }
        if let place = request.place { undecided.remove(place) }
        actions.append(.forget(id))
    }
}
