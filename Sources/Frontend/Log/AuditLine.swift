internal import Authentication
internal import Glibc

/// Something that the log is to say.
enum AuditLine {
    /// What came of a request.
    case decided(AuditLog.Subject, Verdict, PluginName, Timing)
    /// Nobody was asked, because of others at the same login.
    case turnedAway(AuditLog.Subject, String, PluginName, Timing)
    /// No mechanism is asked about such a request.
    case unrouted(AuditLog.Subject)
    /// A verdict came when its client had been answered.
    case late(AuditLog.Subject, Verdict, Timing)
    /// A client hung up before a worker was asked.
    case abandoned(AuditLog.Subject, Timing)
    /// The cache has answered.
    case cached(AuditLog.Subject)
    /// The cache has answered, because the mechanism could not.
    case forgiven(AuditLog.Subject, Unavailability, PluginName, Timing)
    /// Refusals for a login are delayed from now on.
    case slowedDown(AuditLog.Subject, failures: Int)
    /// Answers for a login are delayed from now on, as there is no verdict for it while others get theirs.
    case undecided(AuditLog.Subject, attempts: Int)
    /// A line for the administrator, once.
    case advice(String)
    /// An account of the system has used up its share of connections.
    case crowd(uid_t)
    /// The workers of a mechanism end over their requests, so that the next is started later.
    case workersKeepEnding(PluginName, milliseconds: Int)
    /// The frontend ends before these clients had their answer.
    case leftUnanswered(Int)
}
