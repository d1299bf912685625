internal import Authentication
internal import MechanismKit
internal import Platform
internal import SystemAccounts

/// Checks passwords and their dates with the shadow file, or with its replacement in nsswitch.conf(5), and nothing else.
struct ShadowMechanism: ~Copyable, BlockingMechanism {
    private let path: String
    private let log: MechanismLog
    private let files: LocalFiles
    private var check: PasswordCheck

    /// Fails if the shadow file exists and the process may not read it.
    init(path: String = "/etc/shadow", log: MechanismLog) throws(UnusableMechanism) {
        guard !FileAccess.isRefused(reading: path) else {
            throw UnusableMechanism(
                "cannot read \(path): start the daemon as root, or from an account in the group that may read it"
            )
        }
        self.path = path
        files = LocalFiles(shadow: path)
        self.log = log
        check = PasswordCheck(dummy: DummyHash.shadow(at: path))
    }

    /// Decides on `request`, in as much time as the hash takes; an unknown user takes as long.
    mutating func decide(on request: borrowing AuthRequest) -> Decision {
        do throws(SystemError) {
            log.debug("passwd sources: \(NameServiceSources.of("passwd"))")
            guard let account = try PasswdEntry.find(request.login) else {
                if let doubt = files.doubtAboutAccount(request.login) {
                    return Decision(.unavailable(Unavailability(doubt, scope: .mechanism)))
                }
                if request.login.bytes.contains(UInt8(ascii: "@")) {
                    log.advise("leave out -r if these accounts have no domain")
                }
                return nobody(request, "no account \(request.login) in passwd(5)")
            }
            log.debug("passwd entry: account \(account.name)")
            log.debug("shadow sources: \(NameServiceSources.of("shadow"))")
            guard let entry = try ShadowEntry.find(request.login) else {
                do throws(SystemError) {
                    try FileAccess.check(.existence, to: path)
                } catch {
                    return Decision(.unavailable(Unavailability("\(error)", scope: .mechanism)))
                }
                if let doubt = files.doubtAboutShadowLine(request.login) {
                    return Decision(.unavailable(Unavailability(doubt, scope: .mechanism)))
                }
                log.advise("run pwconv(8), which adds the line, and passwd \(account.name)")
                return nobody(request, "account \(account.name) has no line in \(path)")
            }
            log.debug("shadow entry: account \(entry.name)")
            guard !entry.isWithheld else {
                return Decision(.unavailable(Unavailability("no right to read the NIS authentication database")))
            }
            return decision(request, entry, account.name)
        } catch {
            return Decision(.unavailable(Unavailability("\(error)")))
        }
    }

    private mutating func decision(
        _ request: borrowing AuthRequest,
        _ entry: borrowing ShadowEntry,
        _ account: ByteString
    ) -> Decision {
        let result = check.compare(request.password, entry.hash)
        guard result == .right else {
            if let advice = result.advice(account) { log.advise(advice) }
            return Decision(.refused(.wrongPassword), account: account, detail: result.words)
        }
        log.debug(result.words)
        let validity = entry.validity
        guard let refusal = validity.refusal(on: Validity.today) else {
            return Decision(.accepted, account: account)
        }
        if refusal == .passwordExpired, validity.inactive >= 0 {
            log.debug("days of grace: \(validity.inactive) (sp_inact); they do not count here")
        }
        log.advise(validity.advice(for: refusal, account))
        return Decision(.refused(refusal), account: account, detail: validity.words(for: refusal))
    }

    private mutating func nobody(_ request: borrowing AuthRequest, _ reason: String) -> Decision {
        check.matchesNothing(request.password)
        return Decision(.refused(.unknownUser), detail: reason)
    }
}
