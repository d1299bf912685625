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
    /// Whether lines have their parts as fields too, for logs that keep these.
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
            decided(subject, verdict, by: mechanism, timing)
        case .turnedAway(let subject, let reason, let mechanism, let timing):
            log(.error, as: .parts, unavailable(subject, mechanism, reason, timing))
        case .unrouted(let subject):
            let reason = "no -a fits realm and service"
            log(.notice, as: .message, LoginLine(heading: "auth not routed", subject: subject, reason: reason))
        case .late(let subject, let verdict, let timing):
            log(
                .debug,
                as: .message,
                LoginLine(heading: "late verdict (\(Self.result(of: verdict)))", subject: subject, timing: timing)
            )
        case .abandoned(let subject, let timing):
            log(.debug, as: .message, LoginLine(heading: "client hung up", subject: subject, timing: timing))
        case .cached(let subject):
            log(
                successLevel,
                as: .decision,
                LoginLine(heading: "auth success (cached)", subject: subject, result: "accepted", isCached: true)
            )
        case .forgiven(let subject, let unavailability, let mechanism, let timing):
            log(
                .notice,
                as: .decision,
                LoginLine(
                    heading: "auth success (grace)",
                    subject: subject,
                    result: "accepted",
                    mechanism: mechanism,
                    reason: "\(unavailability.reason)",
                    timing: timing,
                    isCached: true
                )
            )
        case .slowedDown(let subject, let failures):
            let tail = ": \(failures) failures in a row; further ones are told later and later"
            log(.notice, as: .message, LoginLine(heading: "guessing", subject: subject, tail: tail))
        case .undecided(let subject, let attempts):
            let tail = ": \(attempts) attempts in a row; further answers to this login are delayed"
            log(.notice, as: .message, LoginLine(heading: "no verdict", subject: subject, tail: tail))
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

    private func decided(_ subject: Subject, _ verdict: Verdict, by mechanism: PluginName, _ timing: Timing) {
        var line = LoginLine(
            heading: "auth success",
            subject: subject,
            result: Self.result(of: verdict),
            mechanism: mechanism,
            timing: timing
        )
        switch verdict {
        case .accepted: log(successLevel, as: .decision, line)
        case .refused:
            line.heading = "auth failure"
            line.reason = Reply(to: verdict, of: mechanism, refusesUnavailable: refusesUnavailable).reason
            log(.info, as: .decision, line)
        case .unavailable(let unavailability):
            log(.error, as: .decision, unavailable(subject, mechanism, "\(unavailability.reason)", timing))
        }
    }

    private func unavailable(_ subject: Subject, _ mechanism: PluginName, _ reason: String, _ timing: Timing)
        -> LoginLine
    {
        LoginLine(
            heading: "auth unavailable",
            subject: subject,
            result: "unavailable",
            mechanism: mechanism,
            reason: reason,
            timing: timing
        )
    }

    private static func result(of verdict: Verdict) -> String {
        switch verdict {
        case .accepted: "accepted"
        case .refused: "refused"
        case .unavailable: "unavailable"
        }
    }

    /// What a line is to a log.
    private enum Kind {
        /// Of a request that was decided: with its parts as fields, and never left out.
        case decision
        /// With its parts as fields; of a flood of such lines a few are logged, and their number.
        case parts
        /// A message alone, of which floods are cut short likewise.
        case message
    }

    private func log(_ level: Logger.Level, as kind: Kind, _ line: @autoclosure () -> LoginLine) {
        guard level >= logger.logLevel else { return }
        let line = line()
        var fields: Logger.Metadata = kind != .message && hasFields ? line.fields : [:]
        if kind == .decision { fields[SystemLog.functionKey] = "do_auth" }
        logger.log(level: level, Logger.Message(stringLiteral: line.text(isBrief: isBrief)), metadata: fields)
    }
}
