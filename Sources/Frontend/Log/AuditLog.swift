internal import Authentication
internal import Logging
internal import MuxProtocol
internal import Platform
internal import SystemLog

/// The lines that say who asked and what came of it: an interface that administrators match.
struct AuditLog: Sendable {
    let logger: Logger
    /// The level of successes.
    var successLevel = Logger.Level.debug
    /// Whether lines have their parts beside them, for logs that keep these.
    var hasFields = false

    /// Whether lines end as those of old releases did, for what reads them to the end: without the process that asked and the time.
    var isBrief = false

    /// Whether a client is told that it was refused when nobody could tell.
    var refusesUnavailable = false

    /// The parts of a request that a log may hold; it outlives the request.
    struct Subject: Sendable {
        let login: ByteString
        let service: ByteString
        let realm: ByteString
        let remote: ByteString
        /// The process that asked.
        let peer: PeerCredentials?

        init(_ request: borrowing AuthRequest, peer: PeerCredentials?) {
            login = request.login
            service = request.service
            realm = request.realm
            remote = request.remote
            self.peer = peer
        }
    }

    /// Writes a line.
    func write(_ line: AuditLine) {
        switch line {
        case .decided(let subject, let verdict, let mechanism, let timing):
            let reply = Reply(to: verdict, of: mechanism, refusesUnavailable: refusesUnavailable)
            decided(subject, verdict, reply: reply, by: mechanism, timing)
        case .turnedAway(let subject, let reason, let mechanism, let timing):
            turnedAway(subject, reason: reason, by: mechanism, timing)
        case .unrouted(let subject): unrouted(subject)
        case .late(let subject, let verdict, let timing): late(subject, verdict, timing)
        case .abandoned(let subject, let timing): abandoned(subject, timing)
        case .cached(let subject): cached(subject)
        case .forgiven(let subject, let unavailability, let mechanism, let timing):
            forgiven(subject, unavailability, by: mechanism, timing)
        case .slowedDown(let subject, let failures): slowedDown(subject, failures: failures)
        case .undecided(let subject, let attempts): slowedDown(subject, attempts: attempts)
        case .advice(let line): logger.notice("\(line)")
        case .crowd(let account):
            logger.warning(
                "uid \(account) has used up its share of connections (--max-connections); deferring new ones (logged at most once a minute)"
            )
        case .workersKeepEnding(let mechanism, let milliseconds):
            logger.error(
                "workers of \(mechanism) keep ending over their requests; the next is started in \(milliseconds) ms"
            )
        case .leftUnanswered(let count): logger.warning("ends with \(count) clients unanswered")
        }
    }

    /// Says what came of a request, to which `reply` is the answer.
    func decided(_ subject: Subject, _ verdict: Verdict, reply: Reply, by mechanism: PluginName, _ timing: Timing) {
        switch verdict {
        case .accepted:
            logger.log(
                level: successLevel,
                line("success", subject, mechanism, timing),
                metadata: fields("accepted", subject, mechanism, timing)
            )
        case .refused:
            logger.info(
                line("failure", subject, mechanism, timing, reason: reply.reason),
                metadata: fields("refused", subject, mechanism, timing, reason: reply.reason)
            )
        case .unavailable(let unavailability):
            let reason = "\(unavailability.reason)"
            logger.error(
                line("unavailable", subject, mechanism, timing, reason: reason),
                metadata: fields("unavailable", subject, mechanism, timing, reason: reason)
            )
        }
    }

    /// Says that nobody was asked, because of others at the same login; of a flood of such lines a few are logged, and their number.
    func turnedAway(_ subject: Subject, reason: String, by mechanism: PluginName, _ timing: Timing) {
        var fields = fields("unavailable", subject, mechanism, timing, reason: reason)
        fields[SystemLog.functionKey] = nil
        logger.error(line("unavailable", subject, mechanism, timing, reason: reason), metadata: fields)
    }

    /// Reports a request that no mechanism is asked about: by the settings, and not by anybody's guess.
    func unrouted(_ subject: Subject) {
        logger.notice("auth not routed: \(Self.who(subject)) [reason=no -a fits realm and service]\(whence(subject))")
    }

    /// Reports a verdict that came when its client had been answered.
    func late(_ subject: Subject, _ verdict: Verdict, _ timing: Timing) {
        let result =
            switch verdict {
            case .accepted: "accepted"
            case .refused: "refused"
            case .unavailable: "unavailable"
            }
        logger.debug("late verdict (\(result)): \(Self.who(subject))\(whence(subject, timing))")
    }

    /// Reports a request whose client hung up before a worker was asked.
    func abandoned(_ subject: Subject, _ timing: Timing) {
        logger.debug("client hung up: \(Self.who(subject))\(whence(subject, timing))")
    }

    /// Says that the cache has answered.
    func cached(_ subject: Subject) {
        logger.log(
            level: successLevel,
            line("success (cached)", subject),
            metadata: fields("accepted", subject, nil, Timing(), isCached: true)
        )
    }

    /// Says that the cache has answered, because the mechanism could not.
    func forgiven(_ subject: Subject, _ unavailability: Unavailability, by mechanism: PluginName, _ timing: Timing) {
        let reason = "\(unavailability.reason)"
        logger.notice(
            line("success (grace)", subject, mechanism, timing, reason: reason),
            metadata: fields("accepted", subject, mechanism, timing, reason: reason, isCached: true)
        )
    }

    /// Says that refusals for a login are held back from now on.
    func slowedDown(_ subject: Subject, failures: Int) {
        logger.notice(
            "guessing: \(Self.who(subject))\(whence(subject)): \(failures) failures in a row; further ones are told later and later"
        )
    }

    /// Says that answers for a login are delayed from now on, as there is no verdict for it while others get theirs.
    func slowedDown(_ subject: Subject, attempts: Int) {
        logger.notice(
            "no verdict: \(Self.who(subject))\(whence(subject)): \(attempts) attempts in a row; further answers to this login are delayed"
        )
    }

    /// The line about what came of a request, in the original's words where it has some.
    private func line(
        _ result: String,
        _ subject: Subject,
        _ mechanism: PluginName? = nil,
        _ timing: Timing? = nil,
        reason: String? = nil
    ) -> Logger.Message {
        let name = mechanism.map { " [mech=\($0)]" } ?? ""
        let why = reason.map { " [reason=\($0)]" } ?? ""
        return "auth \(result): \(Self.who(subject))\(name)\(why)\(whence(subject, timing))"
    }

    private static func who(_ subject: Subject) -> String {
        "[user=\(subject.login)] [service=\(subject.service)] [realm=\(subject.realm)]"
    }

    /// The client's address, the process that asked, and how long it took, behind everything that log watchers match.
    private func whence(_ subject: Subject, _ timing: Timing? = nil) -> String {
        let remote = subject.remote.isEmpty ? "" : " [remote=\(subject.remote)]"
        guard !isBrief else { return remote }
        return remote + (subject.peer.map { " [peer=\($0.pid)]" } ?? "") + (timing.map { " [ms=\($0.total)]" } ?? "")
    }

    /// The parts of a line about a decision, with the names that man page and log have for them.
    private func fields(
        _ result: String,
        _ subject: Subject,
        _ mechanism: PluginName?,
        _ timing: Timing,
        reason: String? = nil,
        isCached: Bool = false
    ) -> Logger.Metadata {
        var fields: Logger.Metadata = [SystemLog.functionKey: "do_auth"]
        guard hasFields else { return fields }
        fields["result"] = .string(result)
        fields["login"] = .string(subject.login.text)
        fields["service"] = .string(subject.service.text)
        fields["realm"] = .string(subject.realm.text)
        fields["mechanism"] = mechanism.map { .string($0.text) }
        fields["remote"] = .string(subject.remote.text)
        fields["peer_pid"] = subject.peer.map { .stringConvertible($0.pid) }
        fields["peer_uid"] = subject.peer.map { .stringConvertible($0.uid) }
        fields["reason"] = reason.map { .string($0) }
        fields["queue_ms"] = .stringConvertible(timing.queue)
        fields["mechanism_ms"] = .stringConvertible(timing.mechanism)
        fields["cached"] = .stringConvertible(isCached)
        return fields
    }
}
