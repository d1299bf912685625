internal import Authentication
internal import CLDAP
internal import Glibc

/// The operations; each call sends a request and does not wait for the answer.
extension DirectoryHandle {
    /// What became of a request.
    enum Sending: Hashable, Sendable {
        /// Sent, with this message id.
        case sent(Int32)
        /// No part of it was sent that a server could act on.
        case failed(ServerAnswer)
    }

    /// A simple bind, RFC 4513 5.1.3, which may ask for the `PasswordPolicy`.
    func bind(_ name: ByteString, password: borrowing Secret, asksPolicy: Bool) -> Sending {
        var id: CInt = -1
        let code = unsafe password.span.withUnsafeBufferPointer { bytes in
            // SAFETY: name and password are only read, during the call.
            unsafe cldap_bind(pointer, name.cString, bytes.baseAddress, bytes.count, asksPolicy, &id)
        }
        return sending(code, id, hiding: password)
    }

    func search(_ query: LoginOperation.Query, entries: Int) -> Sending {
        let scope =
            switch query.scope {
            case .base: LDAP_SCOPE_BASE
            case .one: LDAP_SCOPE_ONELEVEL
            case .sub: LDAP_SCOPE_SUBTREE
            }
        var id: CInt = -1
        // SAFETY: the copies are freed below; libldap reads all texts only during the call.
        var attributes = unsafe query.attributes.map { unsafe strdup($0.cString) } + [nil]
        defer { unsafe attributes.forEach { unsafe free($0) } }
        let code = unsafe ldap_search_ext(
            pointer,
            query.base.cString,
            scope,
            query.filter.cString,
            &attributes,
            0,
            nil,
            nil,
            nil,
            CInt(entries),
            &id
        )
        return sending(code, id, hiding: Secret(copying: Span()))
    }

    func compare(dn: ByteString, attribute: ByteString, value: ByteString) -> Sending {
        var id: CInt = -1
        let code = unsafe value.bytes.withUnsafeBytes { bytes in
            // SAFETY: all texts are only read, during the call.
            unsafe cldap_compare(pointer, dn.cString, attribute.cString, bytes.baseAddress, bytes.count, &id)
        }
        return sending(code, id, hiding: Secret(copying: Span()))
    }

    /// Who am I, RFC 4532.
    func whoAmI() -> Sending {
        var id: CInt = -1
        let code = unsafe ldap_whoami(pointer, nil, nil, &id)
        return sending(code, id, hiding: Secret(copying: Span()))
    }

    /// Tells the server, and libldap, that no answer is wanted.
    func abandon(_ id: Int32) {
        unsafe ldap_abandon_ext(pointer, id, nil, nil)
    }

    private func sending(_ code: CInt, _ id: CInt, hiding password: borrowing Secret) -> Sending {
        guard code == LDAP_SUCCESS else {
            let failure = failure(hiding: password)
            return .failed(ServerAnswer(ResultCode(rawValue: code), text: failure.text))
        }
        return .sent(id)
    }

    // MARK: - SASL

    /// A SASL bind, RFC 4513 5.2, between its steps.
    ///
    /// Safe: the pointer is libldap's and used by its calls only.
    @safe
    struct SASLStep {
        /// libldap's name of the mechanism, which it keeps between the steps.
        fileprivate var mechanism: UnsafePointer<CChar>?
    }

    /// What became of a step.
    enum SASLProgress: Hashable, Sendable {
        case sent(Int32)
        case ended(ServerAnswer)
    }

    /// Sends the first step, or the one after `answer`.
    ///
    /// The password and the texts of `user` are read during the call only.
    func saslStep(
        _ user: SASLUser,
        password: borrowing Secret,
        after answer: borrowing DirectoryMessage?,
        _ step: inout SASLStep
    ) -> SASLProgress {
        var id: CInt = -1
        let message: OpaquePointer? =
            switch answer {
            case .some(let answer): unsafe answer.pointer
            case nil: nil
            }
        let code = unsafe user.withPointer(password: password) { mechanisms, pointer in
            unsafe cldap_sasl_step(self.pointer, mechanisms, pointer, message, &step.mechanism, &id)
        }
        if code == LDAP_SASL_BIND_IN_PROGRESS { return .sent(id) }
        let failure = failure(hiding: password)
        return .ended(ServerAnswer(ResultCode(rawValue: code), text: failure.text))
    }

    /// A whole SASL bind; waits for it.
    func saslBind(_ user: SASLUser, password: borrowing Secret) -> ServerAnswer {
        let code = unsafe user.withPointer(password: password) { mechanisms, pointer in
            unsafe cldap_sasl_bind(self.pointer, mechanisms, pointer)
        }
        let failure = failure(hiding: password)
        return ServerAnswer(ResultCode(rawValue: code), text: code == LDAP_SUCCESS ? .none : failure.text)
    }
}

/// Who binds by SASL.
struct SASLUser: Hashable, Sendable {
    /// In the order of preference.
    var mechanisms: [String]
    let name: ByteString
    /// As whom to act, if it is another; empty for the same.
    let authorization: ByteString
    let realm: ByteString

    /// Lends the texts for one call.
    func withPointer(
        password: borrowing Secret,
        _ body: (UnsafePointer<CChar>, UnsafeMutablePointer<cldap_user>) -> CInt
    ) -> CInt {
        let (name, authorization, realm) = (name.cString, authorization.cString, realm.cString)
        return unsafe mechanisms.joined(separator: " ").withCString { mechanisms in
            unsafe name.withUnsafeBufferPointer { name in
                unsafe authorization.withUnsafeBufferPointer { authorization in
                    unsafe realm.withUnsafeBufferPointer { realm in
                        unsafe password.withCString { text in
                            // SAFETY: all texts are terminated and outlive the call; an empty one is not used.
                            var user = unsafe cldap_user(
                                name: name.count > 1 ? name.baseAddress : nil,
                                authorization: authorization.count > 1 ? authorization.baseAddress : nil,
                                realm: realm.count > 1 ? realm.baseAddress : nil,
                                password: text,
                                password_length: UInt32(clamping: password.count)
                            )
                            return unsafe body(mechanisms, &user)
                        }
                    }
                }
            }
        }
    }
}
