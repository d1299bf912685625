internal import Authentication
internal import Platform

/// The contents of an unanswered request, which the ledger knows only by number.
final class HeldRequest {
    let question: HeldQuestion
    let client: ClientID
    let arrived: Instant

    init(
        _ request: consuming AuthRequest,
        _ question: consuming MechanismQuestion,
        of client: ClientID,
        arrived: Instant
    ) {
        self.question = HeldQuestion(question, about: request)
        self.client = client
        self.arrived = arrived
    }
}
