internal import Authentication
internal import CLDAP
internal import Glibc
internal import Platform

/// A connection of libldap, ldap_initialize(3).
///
/// It may move from the thread that connects to the loop's, but only one uses it at a time. A lost connection is never made
/// anew: libldap would do so without TLS's time limit.
///
/// Safe: the pointers are owned here and given out for the length of one call only.
@safe
struct DirectoryHandle: ~Copyable, @unchecked Sendable {
    /// The longest message of a server, in bytes: an entry with a few attributes.
    fileprivate static let longestMessage: UInt = 1 << 20

    /// For the length of one call; never keep it.
    let pointer: OpaquePointer
    private let opening: UnsafeMutablePointer<ldap_conncb>

    /// A handle for `server` without a connection.
    ///
    /// `opened` gets a copy of the descriptor when a connection is open, before TLS; it says whether to go on.
    init(_ server: ServerURL, opened: Opening) throws(DirectoryFailure) {
        var handle: OpaquePointer?
        let code = unsafe ldap_initialize(&handle, server.description)
        guard let handle = unsafe handle else { throw DirectoryFailure(ResultCode(rawValue: code)) }
        unsafe pointer = handle
        unsafe opening = .allocate(capacity: 1)
        // SAFETY: the object lives as long as the structure, which keeps a reference, released in `deinit`.
        unsafe opening.initialize(
            to: ldap_conncb(lc_add: onOpen, lc_del: onClose, lc_arg: Unmanaged.passRetained(opened).toOpaque())
        )
        unsafe cldap_set_number(pointer, LDAP_OPT_PROTOCOL_VERSION, 3)
        // A referral would send passwords to a server that nobody named.
        unsafe cldap_set_switch(pointer, LDAP_OPT_REFERRALS, false)
        unsafe cldap_set_switch(pointer, LDAP_OPT_RESTART, true)
        unsafe cldap_set_connect_callback(pointer, opening)
    }

    deinit {
        // SAFETY: this is the one owner; libldap makes no call after the first, so the structure and its object can go.
        unsafe ldap_unbind_ext(pointer, nil, nil)
        if let object = unsafe opening.pointee.lc_arg { unsafe Unmanaged<Opening>.fromOpaque(object).release() }
        unsafe opening.deinitialize(count: 1)
        unsafe opening.deallocate()
    }

    /// What is done when a connection is open.
    final class Opening: Sendable {
        let body: @Sendable (consuming OwnedDescriptor) -> Bool

        init(_ body: @escaping @Sendable (consuming OwnedDescriptor) -> Bool) { self.body = body }
    }

    // MARK: - Options

    /// How long connecting, a handshake and a blocking call may take, in milliseconds.
    func limit(milliseconds: Int) {
        unsafe cldap_set_time(pointer, LDAP_OPT_NETWORK_TIMEOUT, CInt(clamping: milliseconds))
        unsafe cldap_set_time(pointer, LDAP_OPT_TIMEOUT, CInt(clamping: milliseconds))
    }

    /// The limits of searches, which are sent to the server.
    func limit(_ limits: SearchLimits) {
        unsafe cldap_set_number(pointer, LDAP_OPT_TIMELIMIT, CInt(limits.seconds))
        let words: [AliasDereferencing: CInt] = [
            .never: LDAP_DEREF_NEVER, .search: LDAP_DEREF_SEARCHING, .find: LDAP_DEREF_FINDING,
            .always: LDAP_DEREF_ALWAYS,
        ]
        unsafe cldap_set_number(pointer, LDAP_OPT_DEREF, words[limits.dereferencing] ?? LDAP_DEREF_NEVER)
    }

    /// Has the kernel find out that the server of an idle connection is gone.
    func keepAlive() {
        unsafe cldap_set_number(pointer, LDAP_OPT_X_KEEPALIVE_IDLE, 60)
        unsafe cldap_set_number(pointer, LDAP_OPT_X_KEEPALIVE_INTERVAL, 10)
        unsafe cldap_set_number(pointer, LDAP_OPT_X_KEEPALIVE_PROBES, 3)
    }

    /// Sets the properties of SASL mechanisms; empty: as ldap.conf(5) has them.
    func setSecurityProperties(_ properties: String) -> Bool {
        guard !properties.isEmpty else { return true }
        return unsafe cldap_set_text(pointer, LDAP_OPT_X_SASL_SECPROPS, properties) == LDAP_OPT_SUCCESS
    }

    /// Keeps SASL from asking the name service for the server's name.
    func useNameOfURL() {
        unsafe cldap_set_switch(pointer, LDAP_OPT_X_SASL_NOCANON, true)
    }

    /// Never waits for the server from now on, and gives up a connection on which a message is too long.
    func neverBlock() {
        guard let socket = unsafe cldap_socket(pointer) else { return }
        unsafe cldap_never_block(socket, Self.longestMessage)
    }

    // MARK: - State

    /// Whether there are bytes that the kernel has no more, and that no message was made of.
    var hasInput: Bool {
        guard let socket = unsafe cldap_socket(pointer) else { return false }
        return unsafe cldap_has_input(socket)
    }

    /// Whether a SASL mechanism encrypts the connection or proves its integrity.
    var hasSecurityLayer: Bool { unsafe cldap_size(pointer, LDAP_OPT_X_SASL_SSF) > 0 }

    /// The version of TLS and the cipher; `nil` without TLS.
    var encryption: String? {
        guard unsafe ldap_tls_inplace(pointer) != 0 else { return nil }
        return [text(LDAP_OPT_X_TLS_VERSION), text(LDAP_OPT_X_TLS_CIPHER)].compactMap(\.self).joined(separator: " ")
    }

    /// What the last failed call came to; the server's or the library's words are cut, and never contain `password`.
    func failure(hiding password: borrowing Secret) -> ServerAnswer {
        let code = ResultCode(rawValue: unsafe cldap_number(pointer, LDAP_OPT_RESULT_CODE))
        let words = ByteString(text(LDAP_OPT_DIAGNOSTIC_MESSAGE) ?? "").bytes
        return ServerAnswer(code, text: ServerWords(words, hiding: password.span))
    }

    /// An option that is a text.
    private func text(_ option: CInt) -> String? { unsafe DirectoryLibrary.text(option, of: pointer) }
}

/// A call of libldap that failed.
struct DirectoryFailure: Error, Hashable, Sendable, CustomStringConvertible {
    let code: ResultCode

    init(_ code: ResultCode) { self.code = code }

    /// The library's words.
    var description: String { code.description }
}

/// libldap has opened a connection.
private func onOpen(
    _: OpaquePointer?,
    socket: OpaquePointer?,
    _: UnsafeMutablePointer<LDAPURLDesc>?,
    _: UnsafeMutablePointer<sockaddr>?,
    callback: UnsafeMutablePointer<ldap_conncb>?
) -> CInt {
    guard let socket = unsafe socket, let object = unsafe callback?.pointee.lc_arg,
        unsafe cldap_never_block(socket, DirectoryHandle.longestMessage),
        let descriptor = try? OwnedDescriptor.copy(of: unsafe cldap_descriptor(socket))
    else { return -1 }
    // SAFETY: the handle has put the object there, and still owns it.
    let opening = unsafe Unmanaged<DirectoryHandle.Opening>.fromOpaque(object).takeUnretainedValue()
    return opening.body(descriptor) ? 0 : -1
}

/// libldap closes a connection.
private func onClose(_: OpaquePointer?, _: OpaquePointer?, _: UnsafeMutablePointer<ldap_conncb>?) {}
