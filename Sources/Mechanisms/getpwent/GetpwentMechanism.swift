internal import Authentication
internal import MechanismKit
internal import Platform
internal import SystemAccounts

/// Finds out from the second field of the passwd file, or what the name service switch has for it.
struct GetpwentMechanism: ~Copyable, BlockingMechanism {
    private var check = PasswordCheck(dummy: DummyHash.passwd())

    /// Decides on `request`, in as much time as the hash asks for; as long where there is no such user.
    mutating func decide(on request: borrowing AuthRequest) -> Decision {
        do throws(SystemError) {
            guard let entry = try PasswdEntry.find(request.login) else {
                check.matchesNothing(request.password)
                return Decision(.refused(.unknownUser), detail: "there is no account \(request.login), passwd(5)")
            }
            let result = check.compare(request.password, entry.hash)
            guard result != .right else { return Decision(.accepted, account: entry.name) }
            let isShadowed = entry.isShadowed
            return Decision(
                .refused(.wrongPassword),
                account: entry.name,
                detail: isShadowed ? "the password is in shadow(5), where only -a shadow and -a pam look" : result.words
            )
        } catch {
            return Decision(.unavailable(Unavailability("\(error)")))
        }
    }
}
