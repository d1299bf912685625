internal import Authentication
internal import Digests
internal import MechanismKit
internal import PasswordHash

/// Checks proofs of SCRAM with hashes for it, and with passwords in clear text.
extension MySQLMechanism {
    /// Takes salt and rounds of the user's first row that can serve; clear text serves the offered ones.
    mutating func prepare(_ request: PrepareRequest) -> Preparation {
        guard canLookUp(request.identity) else { return .unknown }
        var found: SCRAMParameters?
        do throws(MySQLFailure) {
            let count = try Self.find(request, &database, verifier, &found)
            guard let found, count == 1 || !wantsOneRow else { return .unknown }
            return .known(found)
        } catch {
            guard case .unavailable(let reason) = decision(on: error, for: request.identity).verdict else {
                return .unknown
            }
            return .unavailable(reason)
        }
    }

    /// Decides on a proof; each answer takes the time of the rounds.
    mutating func prove(_ request: borrowing ProveRequest) -> ProofDecision {
        guard canLookUp(request.identity) else {
            verifier.spend(on: request)
            return ProofDecision(Decision(.refused(.unknownUser)))
        }
        var result = ProofResult()
        do throws(MySQLFailure) {
            let count = try Self.look(request, &database, verifier, &result, log)
            if !result.answer.hasComputed { verifier.spend(on: request) }
            let decision = decision(result.answer, count: count, for: request.identity)
            return ProofDecision(decision, signature: result.signature)
        } catch {
            let decision = decision(on: error, for: request.identity)
            if case .refused = decision.verdict { verifier.spend(on: request) }
            return ProofDecision(decision)
        }
    }

    /// What the rows of a login say about a proof.
    private struct ProofResult {
        var answer = RowsAnswer()
        /// That of the row that the proof belongs to.
        var signature = ByteString()
    }

    /// Finds the parameters of the first row that can serve; returns the number of rows.
    private static func find(
        _ request: PrepareRequest,
        _ database: inout Database,
        _ verifier: borrowing PasswordVerifier,
        _ found: inout SCRAMParameters?
    ) throws(MySQLFailure) -> Int {
        try database.rows(for: request.identity, startOver: { found = nil }) { row in
            guard found == nil, !row.isTruncated else { return }
            switch row.hash {
            case .some(let hash):
                switch verifier.storedProof(in: hash, for: request.scheme) {
                case .kept(let parameters): found = parameters
                case .clear: found = request.offered
                case .locked, .unusable: break
                }
            case nil: break
            }
        }
    }

    /// Checks the proof with every row of the user; returns the number of rows.
    private static func look(
        _ request: borrowing ProveRequest,
        _ database: inout Database,
        _ verifier: borrowing PasswordVerifier,
        _ result: inout ProofResult,
        _ log: MechanismLog
    ) throws(MySQLFailure) -> Int {
        try database.rows(for: request.identity, startOver: { result = ProofResult() }) { row in
            look(at: row, request, verifier, &result, log)
        }
    }

    private static func look(
        at row: borrowing MySQLRow,
        _ request: borrowing ProveRequest,
        _ verifier: borrowing PasswordVerifier,
        _ result: inout ProofResult,
        _ log: MechanismLog
    ) {
        result.answer.saw(row)
        guard !result.answer.isAccepted else { return }
        let user = request.identity.login
        switch row.hash {
        case .some where row.isTruncated: log.warning("user \(user): hash too long")
        case .some(let hash):
            switch verifier.storedProof(in: hash, for: request.scheme) {
            case .clear: result.answer.hasComputed = true
            case .kept: break
            case .locked: return log.debug("row with an empty or locked hash")
            case .unusable(let reason): return log.warning("user \(user): \(reason)")
            }
            switch verifier.verify(request, against: hash) {
            case .some(.proven(let signature)):
                result.answer.matched(row)
                if result.answer.isAccepted { result.signature = ByteString(copying: signature.span) }
                log.debug("the proof matches the row")
            case .some(.differs): log.debug("the proof does not match the row")
            case .some(.failed): log.warning("user \(user): the proof could not be computed")
            case nil: log.debug("row with another salt or other rounds")
            }
        case nil: log.debug("row with a NULL hash")
        }
    }
}
