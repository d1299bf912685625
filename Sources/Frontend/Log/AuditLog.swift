internal import Authentication
internal import Logging
internal import MuxProtocol
internal import Platform
internal import SystemLog

/// The log lines about logins and their verdicts: an interface that log watchers match.
struct AuditLog: Sendable {
    let logger: Logger
    /// The level of successes.
    var successLevel = Logger.Level.debug
    /// Whether lines have their parts as fields too, for logs that store fields.
    var hasFields = false

    /// Whether lines end as in old releases of Cyrus saslauthd, without peer and time, for programs that match whole
    /// lines.
    var isBrief = false

    /// Whether clients get a refusal when there is no verdict.
    var refusesUnavailable = false

    /// The parts of a request that may be logged; it outlives the request.
    struct Subject: Sendable {
        let login: ByteString
        let service: ByteString
        let realm: ByteString
        let remote: ByteString
        /// The process that sent the request.
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
            let reason = "no -a matches realm and service"
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
            let tail = ": \(failures) consecutive failures; delaying further refusals"
            log(.notice, as: .message, LoginLine(heading: "possible password guessing", subject: subject, tail: tail))
        case .undecided(let subject, let attempts):
            let tail = ": \(attempts) consecutive attempts; delaying further replies"
            log(.notice, as: .message, LoginLine(heading: "no verdict", subject: subject, tail: tail))
        case .advice(let line): logger.notice("\(line)")
        case .crowd(let account):
            logger.warning(
                "uid \(account) has used up its share of connections (--max-connections); deferring new ones (logged at most once a minute)"
            )
        case .workersKeepEnding(let mechanism, let milliseconds):
            logger.error(
                "\(mechanism) workers keep crashing; delaying the next start by \(milliseconds) ms"
            )
        case .leftUnanswered(let count): logger.warning("exiting with \(count) clients unanswered")
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

    /// How a log treats a line.
    private enum Kind {
        /// A verdict: with fields, and never suppressed.
        case decision
        /// With fields; repeated lines are suppressed and counted.
        case parts
        /// Without fields; repeated lines are suppressed and counted.
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
