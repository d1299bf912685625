internal import Authentication
internal import MechanismKit
internal import Platform
internal import SystemAccounts

/// Checks passwords with the second field of the passwd file, or of its replacement in nsswitch.conf(5).
struct GetpwentMechanism: ~Copyable, BlockingMechanism {
    private let log: MechanismLog
    private let files = LocalFiles()
    private var check = PasswordCheck(dummy: DummyHash.passwd())

    init(log: MechanismLog) {
        self.log = log
    }

    /// Decides on `request`, in as much time as the hash takes; an unknown user takes as long.
    mutating func decide(on request: borrowing AuthRequest) -> Decision {
        do throws(SystemError) {
            log.debug("passwd sources: \(NameServiceSources.of("passwd"))")
            guard let entry = try PasswdEntry.find(request.login) else {
                if let doubt = files.doubtAboutAccount(request.login) {
                    return Decision(.unavailable(Unavailability(doubt, scope: .mechanism)))
                }
                check.matchesNothing(request.password)
                if request.login.bytes.contains(UInt8(ascii: "@")) {
                    log.advise("leave out -r if these accounts have no domain")
                }
                return Decision(.refused(.unknownUser), detail: "no account \(request.login) in passwd(5)")
            }
            log.debug("passwd entry: account \(entry.name)")
            let result = check.compare(request.password, entry.hash)
            guard result != .right else {
                log.debug(result.words)
                return Decision(.accepted, account: entry.name)
            }
            let isShadowed = entry.isShadowed
            let advice = isShadowed ? "use -a shadow or -a pam" : result.advice(entry.name)
            if let advice { log.advise(advice) }
            return Decision(
                .refused(.wrongPassword),
                account: entry.name,
                detail: isShadowed ? "the hash is in shadow(5), not in passwd(5)" : result.words
            )
        } catch {
            return Decision(.unavailable(Unavailability("\(error)")))
        }
    }
}
