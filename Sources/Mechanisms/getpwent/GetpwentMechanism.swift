internal import Authentication
internal import MechanismKit
internal import Platform
internal import SystemAccounts

/// Finds out from the second field of the passwd file, or what the name service switch has for it.
struct GetpwentMechanism: BlockingMechanism {
    private let check = PasswordCheck(dummy: DummyHash.passwd())

    /// Decides on `request`, in as much time as the hash asks for; as long where there is no such user.
    func authenticate(_ request: borrowing AuthRequest) -> Verdict {
        do throws(SystemError) {
            guard let entry = try PasswdEntry.find(request.login) else {
                check.matchesNothing(request.password)
                return .refused(.unknownUser)
            }
            return check.matches(request.password, entry.hash) ? .accepted : .refused(.wrongPassword)
        } catch {
            return .unavailable(Unavailability("\(error)"))
        }
    }
}
