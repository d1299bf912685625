internal import Authentication
internal import MechanismKit
internal import EventLoop
internal import Platform

/// An open connection to a server, with the operations in flight on it.
///
/// The owner closes it. After a failure it is closed, and never used again.
final class DirectoryConnection: EventSource {
    /// How an operation ends.
    enum Ending {
        case searched(ServerAnswer, DirectorySearchResult)
        case answered(ServerAnswer)
        case identified(ServerAnswer, ByteString)
        case lost(String)
    }

    /// What became of a request.
    enum Sending {
        /// In flight, with this message id.
        case sent(Int32)
        /// It was not sent; the connection is closed.
        case lost(String)
        /// The library rejects it.
        case ended(Ending)
    }

    /// How many messages are handled before others get their turn.
    private static let mostInTurn = 64
    /// How many messages one operation may bring in addition to entries: referrals, for example.
    private static let mostRemarks = 1_000

    private let loop: EventLoop
    let offers: ServerOffers
    private var handle: DirectoryHandle?
    private var descriptor: OwnedDescriptor?
    private var registration: EventLoop.Registration?
    private var operations: [Int32: Operation] = [:]
    private var hasLookedForNotice = false
    /// Why it was closed.
    private(set) var failure = ""
    /// Called once, when the connection is lost while nobody uses it.
    var onLoss: () -> Void = {}

    private struct Operation {
        enum Kind {
            case search(wanted: SearchAttributes, limit: Int)
            case bind(SharedRequest)
            case saslBind(SharedRequest, SASLUser, DirectoryHandle.SASLStep)
            case compare
            case whoAmI
        }

        var kind: Kind
        var found = DirectorySearchResult()
        var remarks = 0
        let done: (Ending) -> Void
    }

    init(_ connected: consuming ConnectAttempt.Connected, loop: EventLoop) throws(SystemError) {
        self.loop = loop
        offers = connected.offers
        let number = connected.descriptor.rawValue
        let descriptor = connected.descriptor
        self.descriptor = Optional(descriptor)
        handle = Optional(connected.handle)
        registration = try loop.add(self, number)
    }

    var isOpen: Bool { registration != nil }
    var isIdle: Bool { operations.isEmpty }

    /// Whether further users may bind on it.
    var isReusable: Bool {
        switch handle {
        case .some(let handle): !handle.hasSecurityLayer
        case nil: false
        }
    }

    // MARK: - Operations

    func search(
        _ query: LoginOperation.Query,
        wanted: SearchAttributes,
        entries: Int,
        _ done: @escaping (Ending) -> Void
    ) -> Sending {
        send(.search(wanted: wanted, limit: entries == 0 ? 2 : entries), done) { $0.search(query, entries: entries) }
    }

    func compare(
        dn: ByteString,
        attribute: ByteString,
        value: ByteString,
        _ done: @escaping (Ending) -> Void
    ) -> Sending {
        send(.compare, done) { $0.compare(dn: dn, attribute: attribute, value: value) }
    }

    func whoAmI(_ done: @escaping (Ending) -> Void) -> Sending {
        send(.whoAmI, done) { $0.whoAmI() }
    }

    /// The bind of a user with the password of `request`.
    func bind(
        _ identity: LoginOperation.UserIdentity,
        _ request: SharedRequest,
        _ done: @escaping (Ending) -> Void
    ) -> Sending {
        switch identity {
        case .name(let name):
            let asks = offers.hasPasswordPolicy
            return send(.bind(request), done) { $0.bind(name, password: request.value.password, asksPolicy: asks) }
        case .sasl(let settings, let identity):
            let user = SASLUser(
                mechanisms: offers.mechanisms,
                name: identity,
                authorization: "",
                realm: settings.realm
            )
            return step(Operation(kind: .saslBind(request, user, DirectoryHandle.SASLStep()), done: done), after: nil)
        }
    }

    /// Forgets an operation whose time is over; its answer is not waited for.
    func abandon(_ id: Int32) {
        guard operations.removeValue(forKey: id) != nil else { return }
        switch handle {
        case .some(let handle): handle.abandon(id)
        case nil: break
        }
    }

    private func send(
        _ kind: Operation.Kind,
        _ done: @escaping (Ending) -> Void,
        _ body: (borrowing DirectoryHandle) -> DirectoryHandle.Sending
    ) -> Sending {
        lookForEnd()
        let sending: DirectoryHandle.Sending
        switch handle {
        case .some(let handle): sending = body(handle)
        case nil: return .lost(failure)
        }
        switch sending {
        case .sent(let id):
            operations[id] = Operation(kind: kind, done: done)
            return .sent(id)
        // The library does not encode such a name or filter.
        case .failed(let answer) where answer.code.isOfRequest: return .ended(.answered(answer))
        case .failed(let answer):
            lose(answer.description)
            return .lost(failure)
        }
    }

    /// Sends the next step of a SASL bind.
    private func step(_ operation: Operation, after answer: consuming DirectoryMessage?) -> Sending {
        var operation = operation
        guard case .saslBind(let request, let user, var step) = operation.kind else { return .lost("no SASL bind") }
        if answer == nil { lookForEnd() }
        let progress: DirectoryHandle.SASLProgress
        switch handle {
        case .some(let handle):
            progress = handle.saslStep(user, password: request.value.password, after: answer, &step)
        case nil: return .lost(failure)
        }
        switch progress {
        case .sent(let id):
            operation.kind = .saslBind(request, user, step)
            operations[id] = operation
            return .sent(id)
        case .ended(let answer): return .ended(.answered(answer))
        }
    }

    // MARK: - Answers

    func isReady(readable: Bool, writable: Bool) { drain() }

    /// A server that has closed the connection does not get a request: better to know before.
    private func lookForEnd() {
        let isReadable =
            switch descriptor {
            case .some(let descriptor): descriptor.hasInput
            case nil: false
            }
        if isReadable { drain() }
    }

    /// Handles the messages that are there.
    private func drain() {
        for count in 0..<Self.mostInTurn {
            let arrival: DirectoryHandle.Arrival
            switch handle {
            case .some(let handle): arrival = handle.next()
            case nil: return
            }
            switch consume arrival {
            case .message(let message):
                handle(message)
                // Nothing more is expected; if there is something, it is reported.
                if operations.isEmpty, !hasInput { return }
            case .lost(let answer): return lose(answer.text.description.isEmpty ? "closed" : answer.text.description)
            case .none where hasInput: continue
            case .none:
                // What was reported is no answer to an operation.
                guard count == 0, !hasLookedForNotice else { return }
                if hasNotice { return lose("the server disconnects") }
                hasLookedForNotice = true
                defer { hasLookedForNotice = false }
                // Looking for a notice may have read answers.
                return drain()
            }
        }
        // The kernel may have no more input to report, but the library has.
        loop.schedule(milliseconds: 0) { [weak self] in self?.drain() }
    }

    private var hasNotice: Bool {
        switch handle {
        case .some(let handle): handle.hasNotice()
        case nil: false
        }
    }

    private var hasInput: Bool {
        switch handle {
        case .some(let handle): handle.hasInput
        case nil: false
        }
    }

    private func handle(_ message: consuming DirectoryMessage) {
        let id = message.id
        // libldap drops messages that answer nothing.
        guard var operation = operations[id] else { return }
        switch (operation.kind, message.kind) {
        case (.search(let wanted, let limit), .entry):
            add(message, to: &operation.found, wanted)
            guard operation.found.count <= limit else {
                abandon(id)
                return operation.done(.searched(ServerAnswer(.sizeLimitExceeded), operation.found))
            }
            operations[id] = operation
        case (.search, .remark), (.whoAmI, .remark):
            operation.remarks += 1
            guard operation.remarks <= Self.mostRemarks else { return lose("too many messages for one operation") }
            operations[id] = operation
        case (.search, .searchResult):
            operations[id] = nil
            operation.done(.searched(result(message, nil), operation.found))
        case (.bind(let request), .bindResult):
            operations[id] = nil
            operation.done(.answered(result(message, request)))
        case (.compare, .compareResult):
            operations[id] = nil
            operation.done(.answered(result(message, nil)))
        case (.whoAmI, .extendedResult):
            operations[id] = nil
            operation.done(.identified(result(message, nil), identity(message)))
        case (.saslBind(let request, _, _), .bindResult):
            operations[id] = nil
            conclude(operation, request, message)
        default: lose("a message that answers something else")
        }
    }

    /// Handles the answer to a step of a SASL bind; the library verifies what the server proves.
    private func conclude(_ operation: Operation, _ request: SharedRequest, _ message: consuming DirectoryMessage) {
        let answer = result(message, request)
        guard answer.code == .success || answer.code == .saslBindInProgress else {
            return operation.done(.answered(answer))
        }
        switch step(operation, after: message) {
        case .sent: break
        case .lost(let reason): operation.done(.lost(reason))
        case .ended(let ending): operation.done(ending)
        }
    }

    private func add(
        _ message: borrowing DirectoryMessage,
        to found: inout DirectorySearchResult,
        _ wanted: SearchAttributes
    ) {
        switch handle {
        case .some(let handle): found.add(message, of: handle, wanted)
        case nil: break
        }
    }

    private func result(_ message: borrowing DirectoryMessage, _ request: SharedRequest?) -> ServerAnswer {
        switch handle {
        case .some(let handle):
            guard let request else { return handle.result(message, hiding: Secret(copying: Span())) }
            return handle.result(message, hiding: request.value.password)
        case nil: return ServerAnswer(.serverDown)
        }
    }

    private func identity(_ message: borrowing DirectoryMessage) -> ByteString {
        switch handle {
        case .some(let handle): handle.identity(message)
        case nil: ""
        }
    }

    // MARK: - End

    /// Closes a connection that is of no use any more; what is in flight is lost.
    func lose(_ reason: String) {
        guard isOpen else { return }
        failure = reason
        close()
        let lost = operations
        operations = [:]
        onLoss()
        for operation in lost.values { operation.done(.lost(reason)) }
    }

    /// Closes the connection; silently.
    func close() {
        guard let registration = registration.take() else { return }
        switch descriptor.take() {
        case .some(let descriptor):
            do throws(SystemError) {
                try loop.remove(registration, descriptor.rawValue)
            } catch {
                fatalError("cannot remove a descriptor from the loop: \(error)")
            }
        case nil: break
        }
        handle = nil
    }
}

/// The attributes that a search for a user is to bring.
struct SearchAttributes: Hashable, Sendable {
    /// The login as the directory spells it.
    var account: ByteString?
    /// Where the passwords are stored.
    var password: ByteString?
}

/// What a search has found.
struct DirectorySearchResult {
    /// How many entries there are.
    private(set) var count = 0
    /// The first one.
    private(set) var entry: FoundEntry?
    private(set) var passwords: [StoredValue] = []

    /// Adds an entry; of the first one the attributes are kept.
    mutating func add(
        _ message: borrowing DirectoryMessage,
        of handle: borrowing DirectoryHandle,
        _ wanted: SearchAttributes
    ) {
        count += 1
        guard count == 1 else { return }
        let accounts = wanted.account.map { handle.values(of: $0, in: message, limit: 2) } ?? []
        entry = FoundEntry(
            dn: handle.name(of: message),
            account: accounts.count == 1 ? accounts.first?.text : nil
        )
        guard let password = wanted.password else { return }
        passwords = handle.values(of: password, in: message, limit: StoredPasswords.mostValues + 1)
    }
}
