internal import Authentication
internal import Platform

/// What is to be done about something that the ledger was told.
enum LedgerAction {
    // Clients.
    /// It has a place: what it has sent is to be read.
    case read(ClientID)
    /// A field that not all clients send has not come: the request is what is there without it.
    case finishRequest(ClientID)
    /// Its answer; with `closes` nothing more is wanted of the connection, and the client is forgotten.
    case answer(ClientID, Answer, closes: Bool)
    /// The client is forgotten, and its connection to be closed.
    case close(ClientID)

    // Requests and workers.
    /// A worker of a mechanism gets a request, unless its client has hung up.
    case hand(RequestID, mechanism: Int, worker: Int)
    /// Nobody needs what a request holds any more.
    case forget(RequestID)
    /// Whether the client of a request that no worker has is still there.
    case look(RequestID, ClientID)
    case startWorker(mechanism: Int, Int)
    /// It holds no request, and its connection is to be closed.
    case retireWorker(mechanism: Int, Int)
    /// It does not answer, and is to be killed; it is reported gone when it is.
    case killWorker(mechanism: Int, Int)

    // The frontend.
    /// Each mechanism has had a worker that was ready.
    case tellReady
    /// Clients are to be accepted.
    case listen
    /// No more clients are to be accepted: another frontend has taken over, or with a `reason` none has.
    case stopListening(reason: String?)
    /// It is over; the number is the exit code.
    case exit(Int32)

    indirect case log(AuditLine)
}

/// Names a request until it has its verdict, to workers too.
typealias RequestID = UInt32

/// What a client is told, in no protocol's words.
struct Answer: Hashable, Sendable {
    let verdict: Verdict
    /// The number of the mechanism that speaks; `nil` where the cache does.
    let mechanism: Int?

    static let cached = Answer(verdict: .accepted, mechanism: nil)
}

/// What the ledger does of its own accord at a time.
struct Deadline: Comparable {
    enum Event: Hashable {
        /// A client has taken too long over a field that not all send.
        case address(ClientID)
        /// A delayed answer is due.
        case answer(RequestID)
        /// The frontend ends: who has not asked yet has had time enough.
        case patience
        /// The frontend ends, whoever is there.
        case end
    }

    let time: Instant
    let event: Event

    static func < (left: Deadline, right: Deadline) -> Bool { left.time < right.time }
}
