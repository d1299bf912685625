internal import Authentication

/// One line of advice at the first refusal of a login whose realm the mechanism does not see.
struct RealmAdvice {
    private let joinsRealm: Bool
    private var wasGiven = false

    init(joinsRealm: Bool) {
        self.joinsRealm = joinsRealm
    }

    /// The advice after `mechanism` has refused `subject`; once, and `nil` if it does not apply.
    mutating func line(about subject: AuditLog.Subject, refusedBy mechanism: PluginName) -> String? {
        guard !joinsRealm, !wasGiven, !subject.realm.isEmpty, mechanism.known?.usesRealm == false else { return nil }
        wasGiven = true
        return
            "clients send a realm; if \(mechanism) expects names such as \(subject.login)@\(subject.realm), use -r (logged once)"
    }
}
