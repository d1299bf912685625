internal import Authentication
internal import MechanismKit
internal import PasswordHash

/// Checks passwords against hashes in a MySQL or MariaDB database.
struct MySQLMechanism: ~Copyable, BlockingMechanism {
    var database: Database
    var verifier: PasswordVerifier
    let wantsOneRow: Bool
    private let needsUTF8: Bool
    let log: MechanismLog
    let schemes: Set<SASLMechanism>

    /// Does not connect yet; a server that cannot be reached is tried again with each request.
    init(_ settings: consuming MySQLSettings, log: MechanismLog) {
        for remark in settings.remarks { log.warning(remark) }
        wantsOneRow = settings.wantsOneRow
        needsUTF8 = settings.charset.lowercased().hasPrefix("utf8")
        schemes = settings.schemes
        self.log = log
        verifier = PasswordVerifier(settings.policy)
        database = Database(settings, log: log)
    }

    /// Decides on `request`; takes as long for an unknown user as for a wrong password.
    mutating func decide(on request: borrowing AuthRequest) -> Decision {
        let identity = request.identity
        guard canLookUp(identity) else {
            verifier.spend(on: request.password)
            return Decision(.refused(.unknownUser))
        }
        var answer = RowsAnswer()
        do throws(MySQLFailure) {
            let count = try Self.look(request, &database, &verifier, &answer, log)
            if !answer.hasComputed { verifier.spend(on: request.password) }
            return decision(answer, count: count, for: identity)
        } catch {
            let decision = decision(on: error, for: identity)
            if case .refused = decision.verdict { verifier.spend(on: request.password) }
            return decision
        }
    }

    /// Whether the server can be asked: it rejects bytes outside the connection's character set, and no user has such a
    /// name.
    func canLookUp(_ identity: LoginIdentity) -> Bool {
        !needsUTF8 || Parameter.allCases.allSatisfy { $0.value(in: identity).isUTF8 }
    }

    /// The decision after `count` rows were compared; logs what is wrong with them.
    func decision(_ answer: RowsAnswer, count: Int, for identity: LoginIdentity) -> Decision {
        if count > 1, wantsOneRow { log.error("user \(identity.login): \(count) rows, expected one") }
        if let column = answer.unreadable {
            log.error("user \(identity.login): column \(column): the status is not a number")
        }
        return answer.decision(wantsOneRow: wantsOneRow)
    }

    /// The decision when the query failed; a refusal must take as long as others.
    func decision(on failure: MySQLFailure, for identity: LoginIdentity) -> Decision {
        if failure.isOfRow {
            log.error("user \(identity.login): the query failed for this user: \(failure)")
            return Decision(.refused(.notPermitted))
        }
        let isASCII = Parameter.allCases.allSatisfy { $0.value(in: identity).isASCII }
        guard failure.isOfCollation, !isASCII else {
            let isForAll = failure.isOfConnection || failure.isOfSchema
            return Decision(.unavailable(Unavailability("\(failure)", scope: isForAll ? .mechanism : .login)))
        }
        log.debug("the column's character set cannot represent the login: \(failure)")
        return Decision(.refused(.unknownUser))
    }

    /// Compares the password with every row of the user; returns the number of rows.
    private static func look(
        _ request: borrowing AuthRequest,
        _ database: inout Database,
        _ verifier: inout PasswordVerifier,
        _ answer: inout RowsAnswer,
        _ log: MechanismLog
    ) throws(MySQLFailure) -> Int {
        try database.rows(for: request.identity, startOver: { answer = RowsAnswer() }) { row in
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
        case .some where row.isTruncated: log.warning("user \(request.login): hash too long")
        case .some(let hash):
            // An unusable hash takes as long as a usable one.
            answer.hasComputed = true
            switch verifier.verify(request.password, against: hash) {
            case .matches(let scheme):
                answer.matched(row)
                log.debug("row of scheme \(scheme.name): the password matches")
            case .differs(let scheme):
                log.debug("row of scheme \(scheme.name): the password does not match")
            case .locked: log.debug("row with an empty or locked hash")
            case .unusable(let reason): log.warning("user \(request.login): \(reason)")
            }
        case nil: log.debug("row with a NULL hash")
        }
    }
}

extension ByteString {
    fileprivate var isASCII: Bool { bytes.allSatisfy { $0 < 0x80 } }
    fileprivate var isUTF8: Bool { String(validating: bytes, as: UTF8.self) != nil }
}
