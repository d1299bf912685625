package import Authentication

/// The value of `--dovecot`: a socket for Dovecot's authentication protocol, such as
/// `/var/spool/postfix/private/auth,user=postfix,group=postfix,mode=0660`.
package struct DovecotListener: Hashable, Sendable {
    /// The reply to a client when there is no verdict.
    package enum UnavailableAnswer: String, CaseIterable, Sendable {
        /// A close for clients that take every refusal for a wrong password, otherwise a refusal that is marked as temporary.
        case auto
        /// The connection is closed, which mail servers treat as a temporary failure.
        case close
        /// A refusal that is marked as temporary.
        case fail
    }

    /// The default of `mechanisms=`.
    package static let defaultMechanisms: [SASLMechanism] = [.plain, .login]
    /// The default of `mode=`.
    package static let defaultMode = FileMode(bits: 0o660)
    /// The default of `deadline=`, in seconds.
    package static let defaultDeadline = 8
    /// The default of `hold=`, in seconds, if the deadline allows it.
    package static let defaultHold = 5

    /// An absolute path without duplicate or trailing slashes.
    package let path: String
    /// The owner of the socket, a name or a number; `nil`: the daemon's account.
    package internal(set) var user: String?
    /// The group of the socket, a name or a number; `nil`: the daemon's group.
    package internal(set) var group: String?
    package internal(set) var mode = defaultMode
    /// The mechanisms that clients may use, in the order in which they are announced; at least one.
    package internal(set) var mechanisms = defaultMechanisms
    /// After how many seconds a client gets an answer at the latest.
    package internal(set) var deadline = defaultDeadline
    package internal(set) var unavailable = UnavailableAnswer.auto
    /// The maximum delay of a refusal, in seconds; less than `deadline`.
    package internal(set) var hold = defaultHold

    /// A socket with the defaults at `path`, which must be absolute.
    package init(path: String) {
        self.path = "/" + path.split(separator: "/").joined(separator: "/")
    }

    /// The default of `hold=` with this deadline.
    static func defaultHold(deadline: Int) -> Int { min(defaultHold, deadline - 1) }
}

extension DovecotListener: OptionWord {
    package init?(optionText text: String) {
        do throws(DovecotListenerReader.Fault) {
            self = try DovecotListenerReader.listener(text)
        } catch {
            return nil
        }
    }

    /// The path, and the keys with another value than their default.
    package var optionText: String { ([path] + assignments).joined(separator: ",") }

    private var assignments: [String] {
        DovecotListenerReader.Key.allCases.compactMap { key in value(of: key).map { "\(key.rawValue)=\($0)" } }
    }

    /// The value of a key as text; `nil` for its default.
    private func value(of key: DovecotListenerReader.Key) -> String? {
        switch key {
        case .user: user
        case .group: group
        case .mode: mode == Self.defaultMode ? nil : mode.optionText
        case .mechanisms: mechanisms == Self.defaultMechanisms ? nil : mechanismNames
        case .deadline: deadline == Self.defaultDeadline ? nil : String(deadline)
        case .unavailable: unavailable == .auto ? nil : unavailable.rawValue
        case .hold: hold == Self.defaultHold(deadline: deadline) ? nil : String(hold)
        }
    }

    private var mechanismNames: String { mechanisms.map { $0.name.lowercased() }.joined(separator: "+") }

    /// Why a value of `--dovecot` is invalid.
    @Sendable static func complaint(_ text: String) -> String? {
        do throws(DovecotListenerReader.Fault) {
            _ = try DovecotListenerReader.listener(text)
            return nil
        } catch {
            return "--dovecot \(text): \(error.message)"
        }
    }
}
