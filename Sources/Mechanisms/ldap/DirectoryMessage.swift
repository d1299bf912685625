internal import Authentication
internal import CLDAP

/// A message of a server; ldap_result(3).
///
/// Safe: the pointer is owned here and given out for the length of one call only.
@safe
struct DirectoryMessage: ~Copyable {
    /// What it answers.
    enum Kind: Hashable, Sendable {
        case entry
        /// A referral within a search, or a message that says how far an operation is.
        case remark
        case bindResult, searchResult, compareResult, extendedResult
    }

    /// For the length of one call; never keep it.
    let pointer: OpaquePointer
    /// Of the operation.
    let id: Int32
    /// `nil` for what answers no operation that this program knows.
    let kind: Kind?

    /// Takes over a message of libldap.
    init(adopting message: OpaquePointer) {
        unsafe pointer = message
        id = unsafe ldap_msgid(message)
        kind =
            switch UInt32(bitPattern: unsafe ldap_msgtype(message)) {
            case 0x64: .entry
            case 0x73, 0x79: .remark
            case 0x61: .bindResult
            case 0x65: .searchResult
            case 0x6F: .compareResult
            case 0x78: .extendedResult
            default: nil
            }
    }

    deinit { unsafe ldap_msgfree(pointer) }
}

extension DirectoryHandle {
    /// The next message.
    enum Arrival: ~Copyable {
        case message(DirectoryMessage)
        case none
        case lost(ServerAnswer)
    }

    /// The next message, without waiting.
    func next() -> Arrival {
        take(LDAP_RES_ANY)
    }

    /// Whether the server has sent a notice of its own, as the one before it disconnects: RFC 4511 4.4.
    ///
    /// Messages that are read meanwhile are left to `next`.
    func hasNotice() -> Bool {
        switch take(LDAP_RES_UNSOLICITED) {
        case .message: true
        case .lost: false
        case .none: false
        }
    }

    private func take(_ id: CInt) -> Arrival {
        var message: OpaquePointer?
        let type = unsafe cldap_next(pointer, id, &message)
        if type > 0, let message = unsafe message { return .message(unsafe DirectoryMessage(adopting: message)) }
        return type == 0 ? .none : .lost(failure(hiding: Secret(copying: Span())))
    }

    /// The message that ends operation `id`; waits for it.
    func wait(for id: Int32, milliseconds: Int) -> Arrival {
        var message: OpaquePointer?
        let type = unsafe cldap_wait(pointer, id, CInt(clamping: milliseconds), &message)
        if type > 0, let message = unsafe message { return .message(unsafe DirectoryMessage(adopting: message)) }
        return type == 0 ? .none : .lost(failure(hiding: Secret(copying: Span())))
    }

    /// The result that a message holds; no text of it contains `password`.
    func result(_ message: borrowing DirectoryMessage, hiding password: borrowing Secret) -> ServerAnswer {
        var code: CInt = -1
        var text: UnsafeMutablePointer<CChar>?
        var controls: UnsafeMutablePointer<UnsafeMutablePointer<LDAPControl>?>?
        let outcome = unsafe ldap_parse_result(pointer, message.pointer, &code, nil, &text, nil, &controls, 0)
        defer {
            unsafe ldap_memfree(text)
            unsafe ldap_controls_free(controls)
        }
        guard outcome == LDAP_SUCCESS else { return ServerAnswer(ResultCode(rawValue: outcome)) }
        // SAFETY: libldap's text is terminated.
        let words = unsafe text.map { unsafe ByteString(cString: $0).bytes } ?? []
        return ServerAnswer(
            ResultCode(rawValue: code),
            text: ServerWords(words, hiding: password.span),
            policy: unsafe Self.policy(controls)
        )
    }

    private static func policy(
        _ controls: UnsafeMutablePointer<UnsafeMutablePointer<LDAPControl>?>?
    ) -> PasswordPolicy? {
        guard let value = unsafe cldap_policy(controls) else { return nil }
        // SAFETY: the value lives as long as the controls, and has as many bytes as it says.
        let bytes = unsafe UnsafeRawBufferPointer(start: value.pointee.bv_val, count: Int(value.pointee.bv_len))
        return PasswordPolicy(unsafe bytes.bindMemory(to: UInt8.self).span)
    }

    /// Who the server takes the connection for, `dn:…`; RFC 4532.
    func identity(_ message: borrowing DirectoryMessage) -> ByteString {
        var value: UnsafeMutablePointer<berval>?
        guard unsafe ldap_parse_whoami(pointer, message.pointer, &value) == LDAP_SUCCESS, let value = unsafe value
        else { return "" }
        // SAFETY: libldap gives the value away; it has as many bytes as it says.
        defer { unsafe ber_bvfree(value) }
        let bytes = unsafe UnsafeRawBufferPointer(start: value.pointee.bv_val, count: Int(value.pointee.bv_len))
        return ByteString(copying: unsafe bytes.bindMemory(to: UInt8.self).span)
    }

    /// The DN of an entry; empty for what is none.
    func name(of entry: borrowing DirectoryMessage) -> ByteString {
        guard let text = unsafe ldap_get_dn(pointer, entry.pointer) else { return "" }
        // SAFETY: libldap's text is terminated, and freed once.
        defer { unsafe ldap_memfree(text) }
        return unsafe ByteString(cString: text)
    }

    /// Up to `limit` values of an attribute of an entry.
    ///
    /// libldap's copies are wiped: they may be passwords.
    func values(of attribute: ByteString, in entry: borrowing DirectoryMessage, limit: Int) -> [StoredValue] {
        guard let list = unsafe ldap_get_values_len(pointer, entry.pointer, attribute.cString) else { return [] }
        defer { unsafe ldap_value_free_len(list) }
        var values: [StoredValue] = []
        var index = 0
        // SAFETY: the list ends with null; each value has as many bytes as it says, and is not used after the list is freed.
        while let value = unsafe list[index] {
            let bytes = unsafe UnsafeRawBufferPointer(start: value.pointee.bv_val, count: Int(value.pointee.bv_len))
            let span = unsafe bytes.bindMemory(to: UInt8.self).span
            if values.count < limit { values.append(StoredValue(Secret(copying: span))) }
            wipe(span)
            index += 1
        }
        return values
    }
}

/// A value of an attribute, which may be a password.
final class StoredValue: Sendable {
    let secret: Secret

    init(_ secret: consuming Secret) { self.secret = secret }

    func copy() -> Secret { Self.copy(of: secret) }

    private static func copy(of secret: borrowing Secret) -> Secret { Secret(copying: secret.span) }

    /// For what is no password.
    var text: ByteString { Self.text(of: secret) }

    private static func text(of secret: borrowing Secret) -> ByteString { ByteString(copying: secret.span) }
}
