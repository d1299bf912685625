internal import Authentication
internal import Glibc

/// An event for the log.
enum AuditLine {
    /// A verdict on a request.
    case decided(AuditLog.Subject, Verdict, PluginName, Timing)
    /// No mechanism was asked, because of other attempts at the same login.
    case turnedAway(AuditLog.Subject, String, PluginName, Timing)
    /// No mechanism is configured for such a request.
    case unrouted(AuditLog.Subject)
    /// A verdict arrived after its client was answered.
    case late(AuditLog.Subject, Verdict, Timing)
    /// A client hung up before a worker was asked.
    case abandoned(AuditLog.Subject, Timing)
    /// The cache accepted the login.
    case cached(AuditLog.Subject)
    /// The cache accepted the login because the mechanism gave no verdict.
    case forgiven(AuditLog.Subject, Unavailability, PluginName, Timing)
    /// Refusals of a login are delayed from now on.
    case slowedDown(AuditLog.Subject, failures: Int)
    /// Replies for a login are delayed from now on, because it gets no verdict while others do.
    case undecided(AuditLog.Subject, attempts: Int)
    /// Advice for the administrator, logged once.
    case advice(String)
    /// A system account has used up its share of connections.
    case crowd(uid_t)
    /// The workers of a mechanism keep crashing, so the next start is delayed.
    case workersKeepEnding(PluginName, milliseconds: Int)
    /// The frontend exits before these clients were answered.
    case leftUnanswered(Int)
}
