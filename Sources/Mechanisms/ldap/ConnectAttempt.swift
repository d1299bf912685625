internal import Authentication
internal import CLDAP
internal import Glibc
internal import Platform
internal import Synchronization

/// An attempt to connect to a server, with TLS and the reader's bind.
///
/// libldap blocks during the name lookup and the TLS handshake, so each attempt has a thread of its own.
final class ConnectAttempt: Sendable {
    /// Whose operations the connection is for.
    enum Purpose: Hashable, Sendable {
        /// It is bound as `ldap_bind_dn`.
        case reader
        /// Users bind on it.
        case users
    }

    /// An open connection: `descriptor` is a second one of its socket.
    struct Connected: ~Copyable {
        let handle: DirectoryHandle
        let descriptor: OwnedDescriptor
        let offers: ServerOffers
    }

    enum Outcome: ~Copyable {
        case connected(Connected)
        case failed(Judgement.Unavailable)
    }

    private struct State: ~Copyable {
        var isAbandoned = false
        /// To end calls that wait for the server.
        var descriptor: OwnedDescriptor?
        var handle: DirectoryHandle?
        var offers = ServerOffers()
        var failure: Judgement.Unavailable?
        var trail: [String] = []
    }

    private let server: ServerURL
    private let purpose: Purpose
    private let settings: SharedSettings
    private let milliseconds: Int
    /// What is known of the server from an earlier connection.
    private let known: ServerOffers?
    private let state = Mutex(State())

    init(
        _ server: ServerURL,
        for purpose: Purpose,
        _ settings: SharedSettings,
        known: ServerOffers?,
        milliseconds: Int
    ) {
        self.known = known
        self.server = server
        self.purpose = purpose
        self.settings = settings
        self.milliseconds = milliseconds
    }

    // MARK: - The loop's side

    /// Ends the attempt soon, unless it waits for the name service.
    func abandon() {
        state.withLock { state in
            state.isAbandoned = true
            switch state.descriptor {
            case .some(let descriptor): descriptor.endBoth()
            case nil: break
            }
        }
    }

    /// What the attempt came to, once `run` has returned; only the first call gets the connection.
    func take() -> Outcome {
        state.withLock { Self.take(from: &$0) }
    }

    private static func take(from state: inout State) -> Outcome {
        if let failure = state.failure { return .failed(failure) }
        let handle = state.handle.take()
        let descriptor = state.descriptor.take()
        switch consume handle {
        case .some(let handle):
            switch consume descriptor {
            case .some(let descriptor):
                return .connected(Connected(handle: handle, descriptor: descriptor, offers: state.offers))
            case nil: break
            }
        case nil: break
        }
        return .failed(Judgement.Unavailable(reason: "no connection", scope: .mechanism, isOfServer: true))
    }

    /// What happened, for `--check` and the log at level debug.
    var trail: [String] { state.withLock { $0.trail } }

    // MARK: - The thread's side

    /// Connects; returns after some time in any case.
    func run() {
        do throws(Failure) {
            let handle = try open()
            handle.neverBlock()
            let offers = try prepare(handle)
            handle.neverBlock()
            var opened = Optional(handle)
            state.withLock { state in
                state.offers = offers
                state.handle = opened.take()
            }
        } catch {
            state.withLock { $0.failure = error.unavailable }
        }
    }

    private struct Failure: Error {
        let unavailable: Judgement.Unavailable
    }

    private func open() throws(Failure) -> DirectoryHandle {
        let handle: DirectoryHandle
        do throws(DirectoryFailure) {
            // The handle keeps this object until `take` has moved it out.
            handle = try DirectoryHandle(server, opened: DirectoryHandle.Opening { [self] in keep($0) })
        } catch {
            throw fail("not usable: \(error)")
        }
        handle.limit(milliseconds: milliseconds)
        handle.limit(settings.value.limits)
        handle.keepAlive()
        if purpose == .users { handle.useNameOfURL() }
        let start = Instant.now
        guard unsafe ldap_connect(handle.pointer) == LDAP_SUCCESS else { throw fail(reason(handle, since: start)) }
        note(purpose == .reader ? "connected for searches" : "connected for binds")
        if settings.value.tls.startsTLS, server.scheme == .ldap {
            let code = ResultCode(rawValue: unsafe ldap_start_tls_s(handle.pointer, nil, nil))
            if code != .success {
                let answer = ServerAnswer(code, text: handle.failure(hiding: Secret(copying: Span())).text)
                throw fail(Judgement(startTLS: answer))
            }
        }
        if let encryption = handle.encryption { note("TLS: \(encryption)") }
        return handle
    }

    /// Keeps a descriptor of a connection that was opened just now; `false` where nobody waits for it any more.
    private func keep(_ descriptor: consuming OwnedDescriptor) -> Bool {
        var descriptor = Optional(descriptor)
        return state.withLock { state in
            state.descriptor = descriptor.take()
            return !state.isAbandoned
        }
    }

    /// Why there is no connection; libldap does not keep the system's reason.
    private func reason(_ handle: borrowing DirectoryHandle, since start: Instant) -> String {
        let isOpen = state.withLock { state in
            switch state.descriptor {
            case .some: true
            case nil: false
            }
        }
        let isLate = start.elapsedMilliseconds(until: .now) >= milliseconds
        guard !isOpen else {
            let words = handle.failure(hiding: Secret(copying: Span())).text.description
            return "TLS: \(isLate || words.isEmpty ? "no handshake within \(milliseconds) ms" : words)"
        }
        if isLate { return "no connection within \(milliseconds) ms" }
        guard server.scheme != .ldapi else { return "cannot connect: no server listens there, or permission denied" }
        var addresses: UnsafeMutablePointer<addrinfo>?
        // SAFETY: the list is freed at once.
        let isKnown = unsafe getaddrinfo(server.host, nil, nil, &addresses) == 0
        unsafe freeaddrinfo(addresses)
        return isKnown ? "cannot connect: refused, or no route" : "cannot connect: unknown host"
    }

    // MARK: - Binds

    /// Binds as the reader where that is the purpose; otherwise finds out what the server offers to users.
    private func prepare(_ handle: borrowing DirectoryHandle) throws(Failure) -> ServerOffers {
        switch (purpose, settings.value.reader) {
        case (.reader, .anonymous): break
        case (.reader, .simple(let name)):
            switch handle.bind(name, password: settings.value.password, asksPolicy: false) {
            case .failed(let answer): throw fail(Judgement(readerBind: answer))
            case .sent(let id): try check(handle.wait(for: id, milliseconds: milliseconds), handle)
            }
            note("bound as \(name)")
        case (.reader, .sasl(let sasl, let id, let authorization)):
            let offers = sasl.mechanisms.count > 1 ? self.offers(of: handle) : ServerOffers()
            let user = SASLUser(
                mechanisms: try usable(sasl, offers, handle),
                name: id,
                authorization: authorization,
                realm: sasl.realm
            )
            let answer = handle.saslBind(user, password: settings.value.password)
            guard case .done = Judgement(readerBind: answer) else { throw fail(Judgement(readerBind: answer)) }
            note("bound by SASL as \(id)")
        case (.users, _):
            var offers = known ?? self.offers(of: handle)
            guard case .saslBind(let sasl) = settings.value.method else { return offers }
            offers.mechanisms = try usable(sasl, offers, handle)
            return offers
        }
        return ServerOffers()
    }

    /// The mechanisms of `sasl` that the server offers; the one, where there is only one.
    private func usable(
        _ sasl: SASLSettings,
        _ offers: ServerOffers,
        _ handle: borrowing DirectoryHandle
    ) throws(Failure) -> [String] {
        guard handle.setSecurityProperties(sasl.properties) else { throw fail("ldap_sasl_secprops are not accepted") }
        guard sasl.mechanisms.count > 1 else { return sasl.mechanisms }
        let usable = sasl.mechanisms.filter(offers.mechanisms.contains)
        guard !usable.isEmpty else {
            throw fail("the server offers none of the SASL mechanisms \(sasl.mechanisms.joined(separator: " "))")
        }
        return usable
    }

    /// What the server's root entry lists, RFC 4512 5.1; nothing where the server does not show it.
    private func offers(of handle: borrowing DirectoryHandle) -> ServerOffers {
        let (mechanisms, controls): (ByteString, ByteString) = ("supportedSASLMechanisms", "supportedControl")
        let query = LoginOperation.Query(
            base: "",
            scope: .base,
            filter: "(objectClass=*)",
            attributes: [mechanisms, controls]
        )
        guard case .sent(let id) = handle.search(query, entries: 1) else { return ServerOffers() }
        switch handle.wait(for: id, milliseconds: milliseconds) {
        case .message(let message):
            let list = handle.values(of: controls, in: message, limit: 256)
            return ServerOffers(
                mechanisms: handle.values(of: mechanisms, in: message, limit: 64).map(\.text.text),
                hasPasswordPolicy: list.contains { $0.text.text == PasswordPolicy.oid }
            )
        case .none: return ServerOffers()
        case .lost: return ServerOffers()
        }
    }

    private func check(
        _ arrival: consuming DirectoryHandle.Arrival,
        _ handle: borrowing DirectoryHandle
    ) throws(Failure) {
        switch arrival {
        case .message(let message):
            guard message.kind == .bindResult else {
                throw fail("the bind as ldap_bind_dn: an answer to something else")
            }
            let judgement = Judgement(readerBind: handle.result(message, hiding: settings.value.password))
            guard case .done = judgement else { throw fail(judgement) }
        case .none: throw fail("the bind as ldap_bind_dn: no answer in time")
        case .lost(let answer): throw fail("the bind as ldap_bind_dn: the connection was lost: \(answer.description)")
        }
    }

    // MARK: - Words

    private func note(_ text: String) {
        state.withLock { $0.trail.append("\(server): \(text)") }
    }

    private func fail(_ reason: String) -> Failure {
        Failure(
            unavailable: Judgement.Unavailable(reason: "\(server): \(reason)", scope: .mechanism, isOfServer: true)
        )
    }

    private func fail(_ judgement: Judgement) -> Failure {
        guard case .unavailable(let unavailable) = judgement else { return fail("no verdict") }
        return Failure(
            unavailable: Judgement.Unavailable(
                reason: "\(server): \(unavailable.reason)",
                scope: .mechanism,
                isOfServer: unavailable.isOfServer
            )
        )
    }
}

/// What a server offers to users who bind.
struct ServerOffers: Hashable, Sendable {
    /// SASL mechanisms, in the order of preference.
    var mechanisms: [String] = []
    /// Whether a bind may ask for `PasswordPolicy`; other servers log that they do not know it.
    var hasPasswordPolicy = false
}

/// The settings, for several threads.
final class SharedSettings: Sendable {
    let value: LDAPSettings

    init(_ value: consuming LDAPSettings) { self.value = value }
}
