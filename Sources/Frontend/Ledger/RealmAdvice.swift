internal import Authentication

/// A line of advice for the first thing that goes wrong with logins like addresses: a realm that the mechanism does not see.
struct RealmAdvice {
    private let joinsRealm: Bool
    private var wasGiven = false

    init(joinsRealm: Bool) {
        self.joinsRealm = joinsRealm
    }

    /// What to say when `mechanism` has refused `subject`; once, and `nil` where there is nothing to say.
    mutating func line(about subject: AuditLog.Subject, refusedBy mechanism: PluginName) -> String? {
        guard !joinsRealm, !wasGiven, !subject.realm.isEmpty, mechanism.known?.usesRealm == false else { return nil }
        wasGiven = true
        return
            "clients send realms beside logins: where \(mechanism) knows users as \(subject.login)@\(subject.realm), give option -r; not said again"
    }
}
