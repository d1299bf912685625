import Authentication
import CommandLine
import Foundation
import Glibc
import MuxProtocol
import Platform
import Testing

@testable import Frontend

/// A ledger, the time, and all that it has said to do: what the frontend's loop is to it.
final class LedgerBed {
    var ledger: Ledger
    var now = Instant(nanoseconds: 1_000_000_000_000)
    private var actions: [LedgerAction] = []
    /// The replies to each client, in order.
    private(set) var answers: [ClientID: [Answer]] = [:]
    private(set) var closed: Set<ClientID> = []
    private(set) var toRead: [ClientID] = []
    private(set) var finishing: [ClientID] = []
    /// Which worker has which request, and which workers there are.
    private(set) var handed: [(request: RequestID, mechanism: Int, worker: Int)] = []
    private(set) var started: [(mechanism: Int, worker: Int)] = []
    private(set) var ended: [(mechanism: Int, worker: Int)] = []
    private(set) var forgotten: [RequestID] = []
    private(set) var log: [AuditLine] = []
    private(set) var listening: [Bool] = []
    private(set) var exitCode: Int32?
    private(set) var isReady = false
    /// Whether clients that are admitted have sent nothing yet.
    var readsAtOnce = true
    /// Clients that have hung up without the ledger's knowledge.
    var hungUp: Set<ClientID> = []

    init(_ words: String = "", mechanisms: [String] = ["x"], connections: Int = 100) throws {
        let options = try ServiceOptions(words: words.split(separator: " ").map(String.init))
        let routes = mechanisms.compactMap { Route(optionText: $0) }
        ledger = Ledger(
            options,
            routes: routes,
            connections: connections,
            memory: CredentialMemory(options, mechanism: "x", seesAddress: false, previous: nil, record: nil),
            random: { _ in 0 }
        )
    }

    /// Tells the ledger something, and takes up what it says.
    func tell<Result>(_ event: (inout Ledger, Instant, inout [LedgerAction]) -> Result) -> Result {
        let result = event(&ledger, now, &actions)
        perform()
        return result
    }

    func advance(milliseconds: Int) { advance(microseconds: 1_000 * milliseconds) }

    func advance(microseconds: Int) {
        now = now.advanced(microseconds: microseconds)
        tell { ledger, now, actions in
            ledger.due(now: now, into: &actions)
            ledger.tick(now: now, into: &actions)
        }
    }

    private func perform() {
        var next = 0
        while next < actions.count {
            switch actions[next] {
            case .read(let client):
                toRead.append(client)
                if readsAtOnce { ledger.wasRead(client, now: now, into: &actions) }
            case .finishRequest(let client): finishing.append(client)
            case .answer(let client, let answer, let closes):
                answers[client, default: []].append(answer)
                if closes { closed.insert(client) }
            case .close(let client): closed.insert(client)
            case .hand(let id, let mechanism, let worker): handed.append((id, mechanism, worker))
            case .forget(let id): forgotten.append(id)
            case .look(let id, let client):
                if hungUp.contains(client) { ledger.abandoned(id, now: now, into: &actions) }
            case .startWorker(let mechanism, let worker): started.append((mechanism, worker))
            case .retireWorker(let mechanism, let worker): ended.append((mechanism, worker))
            case .killWorker(let mechanism, let worker):
                ended.append((mechanism, worker))
                ledger.workerGone(worker, of: mechanism, reason: "was killed", now: now, into: &actions)
            case .tellReady: isReady = true
            case .listen: listening.append(true)
            case .stopListening: listening.append(false)
            case .exit(let code): exitCode = code
            case .log(let line): log.append(line)
            }
            next += 1
        }
        actions = []
    }

    // MARK: Sentences

    /// A ledger that serves, with a worker of each mechanism that takes `parallel` requests.
    func serve(parallel: Int = 1) {
        tell { $0.warmUp(now: $1, into: &$2) }
        for (mechanism, worker) in started { ready(worker, of: mechanism, parallel: parallel) }
    }

    func ready(_ worker: Int, of mechanism: Int = 0, parallel: Int = 1) {
        tell { $0.workerReady(worker, of: mechanism, parallel: parallel, now: $1, into: &$2) }
    }

    func connect(account: uid_t = 0) -> ClientID {
        tell { $0.connected(account: account, now: $1, into: &$2) }
    }

    @discardableResult
    func ask(
        _ client: ClientID,
        _ login: String = "alice",
        _ password: String = "secret",
        realm: String = "",
        remote: String = "",
        terms: RequestTerms = .usual
    ) -> RequestID? {
        let bytes = Array(password.utf8)
        let request = AuthRequest(
            login: ByteString(login),
            password: Secret(copying: bytes.span),
            service: "smtp",
            realm: ByteString(realm),
            remote: ByteString(remote)
        )
        return tell { $0.asked(request, by: client, peer: nil, terms: terms, now: $1, into: &$2) }
    }

    @discardableResult
    func decide(_ id: RequestID, by worker: Int, of mechanism: Int = 0, _ verdict: Verdict) -> Bool {
        tell { $0.verdict(on: id, from: worker, of: mechanism, Finding(verdict), now: $1, into: &$2) }
    }

    func isUnfinished(_ client: ClientID) -> Bool { ledger.isUnfinished(client) }
    func stage(of client: ClientID) -> ClientTable.Stage? { ledger.clients.stage(of: client) }
    func flush(_ login: ByteString?) -> Int { ledger.flush(login) }

    func verdicts(of client: ClientID) -> [Verdict] { answers[client, default: []].map(\.verdict) }
}
