package import Authentication
internal import Crypt
internal import Synchronization

/// Compares passwords with the hashes of accounts, and takes as long where there is nothing to compare with.
package final class PasswordCheck: Sendable {
    private struct State: ~Copyable, Sendable {
        var crypt = Crypt()
        let dummy: Secret?
    }

    private let state: Mutex<State>

    /// Computes with `dummy` where an account has no hash; where that is `nil` too it computes nothing.
    package init(dummy: consuming Secret?) {
        state = Mutex(State(dummy: dummy))
    }

    /// Whether `password` makes the hash `stored`; what is no hash never matches, and costs as much.
    package func matches(_ password: borrowing Secret, _ stored: borrowing Secret) -> Bool {
        state.withLock { state in
            if let result = state.crypt.matches(password, stored) { return result }
            Self.spend(&state, password)
            return false
        }
    }

    /// Takes as long as for a password that is wrong: there is no such account.
    package func matchesNothing(_ password: borrowing Secret) {
        state.withLock { Self.spend(&$0, password) }
    }

    private static func spend(_ state: inout State, _ password: borrowing Secret) {
        switch state.dummy {
        case .some(let dummy): _ = state.crypt.matches(password, dummy)
        case nil: break
        }
    }
}
