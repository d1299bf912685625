internal import Authentication
internal import Logging
internal import MuxProtocol
internal import SystemLog

/// The lines that say who asked and what came of it: an interface that administrators match.
struct AuditLog: Sendable {
    let logger: Logger
    let mechanism: PluginName
    /// The level of successes.
    var successLevel = Logger.Level.debug

    private static let function: Logger.Metadata = [SystemLog.functionKey: "do_auth"]

    /// The parts of a request that a log may hold; it outlives the request.
    struct Subject: Sendable {
        let login: ByteString
        let service: ByteString
        let realm: ByteString
        let remote: ByteString

        init(_ request: borrowing AuthRequest) {
            login = request.login
            service = request.service
            realm = request.realm
            remote = request.remote
        }
    }

    /// Says what came of a request, to which `reply` is the answer.
    func decided(_ subject: Subject, _ verdict: Verdict, reply: Reply) {
        switch verdict {
        case .accepted:
            logger.log(level: successLevel, "auth success: \(who(subject))\(whence(subject))", metadata: Self.function)
        case .refused:
            logger.info(
                "auth failure: \(who(subject)) [reason=\(reply.reason)]\(whence(subject))",
                metadata: Self.function
            )
        case .unavailable(let unavailability):
            logger.error(
                "auth unavailable: \(who(subject)) [reason=\(unavailability.reason)]\(whence(subject))",
                metadata: Self.function
            )
        }
    }

    /// Says that the cache has answered.
    func cached(_ subject: Subject) {
        let who = "[user=\(subject.login)] [service=\(subject.service)] [realm=\(subject.realm)]"
        logger.log(level: successLevel, "auth success (cached): \(who)\(whence(subject))", metadata: Self.function)
    }

    /// Says that the cache has answered, because the mechanism could not.
    func forgiven(_ subject: Subject, _ unavailability: Unavailability) {
        logger.notice(
            "auth success (grace): \(who(subject)) [reason=\(unavailability.reason)]\(whence(subject))",
            metadata: Self.function
        )
    }

    private func who(_ subject: Subject) -> String {
        "[user=\(subject.login)] [service=\(subject.service)] [realm=\(subject.realm)] [mech=\(mechanism)]"
    }

    /// The client's address, behind everything that log watchers match.
    private func whence(_ subject: Subject) -> String {
        subject.remote.isEmpty ? "" : " [remote=\(subject.remote)]"
    }
}
