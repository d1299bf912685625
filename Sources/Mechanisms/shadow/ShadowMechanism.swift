internal import Authentication
internal import MechanismKit
internal import Platform
internal import SystemAccounts

/// Finds out from the shadow file, or what the name service switch has for it: password, expiry, and nothing else.
struct ShadowMechanism: ~Copyable, BlockingMechanism {
    private let path: String
    private var check: PasswordCheck

    /// Fails when the shadow file is there and may not be read.
    init(path: String = "/etc/shadow") throws(UnusableMechanism) {
        guard !FileAccess.isRefused(reading: path) else {
            throw UnusableMechanism(
                "\(path) may not be read: start the daemon as root, or from an account in the group that may read it"
            )
        }
        self.path = path
        check = PasswordCheck(dummy: DummyHash.shadow(at: path))
    }

    /// Decides on `request`, in as much time as the hash asks for; as long where there is no such user.
    mutating func decide(on request: borrowing AuthRequest) -> Decision {
        do throws(SystemError) {
            guard let account = try PasswdEntry.find(request.login) else {
                return nobody(request, "there is no account \(request.login), passwd(5)")
            }
            guard let entry = try ShadowEntry.find(request.login) else {
                do throws(SystemError) {
                    try FileAccess.check(.existence, to: path)
                } catch {
                    return Decision(.unavailable(Unavailability("\(error)", scope: .mechanism)))
                }
                return nobody(request, "account \(account.name) has no line in \(path); pwconv(8) makes one")
            }
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
            return Decision(.refused(.wrongPassword), account: account, detail: result.words)
        }
        guard let refusal = entry.validity.refusal(on: Validity.today) else {
            return Decision(.accepted, account: account)
        }
        return Decision(.refused(refusal), account: account, detail: entry.validity.words(for: refusal))
    }

    private mutating func nobody(_ request: borrowing AuthRequest, _ reason: String) -> Decision {
        check.matchesNothing(request.password)
        return Decision(.refused(.unknownUser), detail: reason)
    }
}
