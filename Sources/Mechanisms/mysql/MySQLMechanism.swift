internal import Authentication
internal import MechanismKit
internal import PasswordHash
internal import Synchronization

/// Finds out from a database of MySQL or MariaDB, which holds hashes of passwords.
final class MySQLMechanism: BlockingMechanism {
    private let database: Mutex<Database>
    private let verifier: Mutex<PasswordVerifier>
    private let wantsOneRow: Bool
    private let needsUTF8: Bool
    private let log: MechanismLog

    /// Asks as `settings` say; a server that cannot be reached now is tried again with each request.
    init(_ settings: consuming MySQLSettings, log: MechanismLog) {
        for remark in settings.remarks { log.warning(remark) }
        wantsOneRow = settings.wantsOneRow
        needsUTF8 = settings.charset.lowercased().hasPrefix("utf8")
        self.log = log
        verifier = Mutex(PasswordVerifier(settings.policy))
        database = Mutex(Database(settings, log: log))
    }

    /// Decides on `request`, in as much time as the server takes and the hash asks for; as long where there is no such user.
    func authenticate(_ request: borrowing AuthRequest) -> Verdict {
        database.withLock { database in
            verifier.withLock { verifier in decide(request, &database, &verifier) }
        }
    }

    private func decide(
        _ request: borrowing AuthRequest,
        _ database: inout Database,
        _ verifier: inout PasswordVerifier
    ) -> Verdict {
        // A server takes what is not of the connection's character set for an error, and no user has such a name.
        guard !needsUTF8 || Parameter.allCases.allSatisfy({ $0.value(in: request).isUTF8 }) else {
            verifier.spend(on: request.password)
            return .refused(.unknownUser)
        }
        var answer = Answer()
        do throws(MySQLFailure) {
            let count = try database.rows(for: request) { row in
                look(at: row, request, &verifier, &answer)
            }
            if !answer.hasComputed { verifier.spend(on: request.password) }
            guard count <= 1 || !wantsOneRow else {
                log.error("user \(request.login) has \(count) rows, and one is wanted")
                return .refused(.wrongPassword)
            }
            return answer.verdict ?? .refused(count == 0 ? .unknownUser : .wrongPassword)
        } catch {
            let isASCII = Parameter.allCases.allSatisfy { $0.value(in: request).isASCII }
            guard error.isOfCollation, !isASCII else { return .unavailable(Unavailability("\(error)")) }
            log.debug("the column's character set has no such text: \(error)")
            verifier.spend(on: request.password)
            return .refused(.unknownUser)
        }
    }

    private func look(
        at row: borrowing MySQLStatement.Row,
        _ request: borrowing AuthRequest,
        _ verifier: inout PasswordVerifier,
        _ answer: inout Answer
    ) {
        guard answer.verdict != .accepted else { return }
        switch row.hash {
        case .some where row.isTruncated: log.warning("user \(request.login) has a hash that is longer than any")
        case .some(let hash):
            // Also for a hash that cannot be used it takes as long as for one that can.
            answer.hasComputed = true
            switch verifier.verify(request.password, against: hash) {
            case .matches(let scheme):
                answer.matched(row.verdict)
                log.debug("a row of scheme \(scheme.name): the password is right")
            case .differs(let scheme):
                log.debug("a row of scheme \(scheme.name): the password is wrong")
            case .locked: log.debug("a row whose hash is empty or locked")
            case .unusable(let reason): log.warning("user \(request.login): \(reason)")
            }
        case nil: log.debug("a row whose hash is NULL")
        }
    }
}

/// What the rows looked at so far come to.
private struct Answer {
    /// `nil` while no hash has matched.
    private(set) var verdict: Verdict?
    /// Whether a hash was computed, or as much time was spent.
    var hasComputed = false

    mutating func matched(_ verdict: Verdict) {
        if self.verdict != .accepted { self.verdict = verdict }
    }
}

extension MySQLStatement.Row {
    /// What it comes to when the password is right: pam_mysql's bits of the status, 0 for a good account.
    fileprivate var verdict: Verdict {
        guard let status, status & 1 == 0 else { return .refused(.accountExpired) }
        return status & 2 == 0 ? .accepted : .refused(.passwordExpired)
    }
}

extension ByteString {
    fileprivate var isASCII: Bool { bytes.allSatisfy { $0 < 0x80 } }
    fileprivate var isUTF8: Bool { String(validating: bytes, as: UTF8.self) != nil }
}
