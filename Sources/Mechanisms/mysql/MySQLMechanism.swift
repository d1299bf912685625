internal import Authentication
internal import MechanismKit
internal import PasswordHash

/// Finds out from a database of MySQL or MariaDB, which holds hashes of passwords.
struct MySQLMechanism: ~Copyable, BlockingMechanism {
    private var database: Database
    private var verifier: PasswordVerifier
    private let wantsOneRow: Bool
    private let needsUTF8: Bool
    private let log: MechanismLog

    /// Asks as `settings` say; a server that cannot be reached now is tried again with each request.
    init(_ settings: consuming MySQLSettings, log: MechanismLog) {
        for remark in settings.remarks { log.warning(remark) }
        wantsOneRow = settings.wantsOneRow
        needsUTF8 = settings.charset.lowercased().hasPrefix("utf8")
        self.log = log
        verifier = PasswordVerifier(settings.policy)
        database = Database(settings, log: log)
    }

    /// Decides on `request`, in as much time as the server takes and the hash asks for; as long where there is no such user.
    mutating func decide(on request: borrowing AuthRequest) -> Decision {
        // A server takes what is not of the connection's character set for an error, and no user has such a name.
        guard !needsUTF8 || Parameter.allCases.allSatisfy({ $0.value(in: request).isUTF8 }) else {
            verifier.spend(on: request.password)
            return Decision(.refused(.unknownUser))
        }
        var answer = RowsAnswer()
        do throws(MySQLFailure) {
            let count = try Self.look(request, &database, &verifier, &answer, log)
            if !answer.hasComputed { verifier.spend(on: request.password) }
            if count > 1, wantsOneRow { log.error("user \(request.login) has \(count) rows, and one is wanted") }
            if let column = answer.unreadable {
                log.error("user \(request.login): the status in the column \(column) is no number")
            }
            return answer.decision(wantsOneRow: wantsOneRow)
        } catch {
            if error.isOfRow {
                log.error("user \(request.login): the query fails for this user: \(error)")
                verifier.spend(on: request.password)
                return Decision(.refused(.notPermitted))
            }
            let isASCII = Parameter.allCases.allSatisfy { $0.value(in: request).isASCII }
            guard error.isOfCollation, !isASCII else {
                let isForAll = error.isOfConnection || error.isOfSchema
                return Decision(.unavailable(Unavailability("\(error)", scope: isForAll ? .mechanism : .login)))
            }
            log.debug("the column's character set has no such text: \(error)")
            verifier.spend(on: request.password)
            return Decision(.refused(.unknownUser))
        }
    }

    /// Compares the password with every row of the user's; gives how many there were.
    private static func look(
        _ request: borrowing AuthRequest,
        _ database: inout Database,
        _ verifier: inout PasswordVerifier,
        _ answer: inout RowsAnswer,
        _ log: MechanismLog
    ) throws(MySQLFailure) -> Int {
        try database.rows(for: request, startOver: { answer = RowsAnswer() }) { row in
            look(at: row, request, &verifier, &answer, log)
        }
    }

    private static func look(
        at row: borrowing MySQLRow,
        _ request: borrowing AuthRequest,
        _ verifier: inout PasswordVerifier,
        _ answer: inout RowsAnswer,
        _ log: MechanismLog
    ) {
        answer.saw(row)
        guard !answer.isAccepted else { return }
        switch row.hash {
        case .some where row.isTruncated: log.warning("user \(request.login) has a hash that is longer than any")
        case .some(let hash):
            // Also for a hash that cannot be used it takes as long as for one that can.
            answer.hasComputed = true
            switch verifier.verify(request.password, against: hash) {
            case .matches(let scheme):
                answer.matched(row)
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

extension ByteString {
    fileprivate var isASCII: Bool { bytes.allSatisfy { $0 < 0x80 } }
    fileprivate var isUTF8: Bool { String(validating: bytes, as: UTF8.self) != nil }
}
