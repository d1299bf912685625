internal import Authentication
internal import Logging
internal import MuxProtocol

/// The lines that say who asked and what came of it: an interface that administrators match.
struct AuditLog: Sendable {
    let logger: Logger
    let mechanism: PluginName

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
            logger.debug("auth success: \(who(subject))\(whence(subject))")
        case .refused:
            logger.info("auth failure: \(who(subject)) [reason=\(reply.reason)]\(whence(subject))")
        case .unavailable(let unavailability):
            logger.error("auth unavailable: \(who(subject)) [reason=\(unavailability.reason)]\(whence(subject))")
        }
    }

    /// Says that the cache has answered.
    func cached(_ subject: Subject) {
        logger.debug(
            "auth success (cached): [user=\(subject.login)] [service=\(subject.service)] [realm=\(subject.realm)]\(whence(subject))"
        )
    }

    /// Says that the cache has answered, because the mechanism could not.
    func forgiven(_ subject: Subject, _ unavailability: Unavailability) {
        logger.notice("auth success (grace): \(who(subject)) [reason=\(unavailability.reason)]\(whence(subject))")
    }

    private func who(_ subject: Subject) -> String {
        "[user=\(subject.login)] [service=\(subject.service)] [realm=\(subject.realm)] [mech=\(mechanism)]"
    }

    /// The client's address, behind everything that log watchers match.
    private func whence(_ subject: Subject) -> String {
        subject.remote.isEmpty ? "" : " [remote=\(subject.remote)]"
    }
}
