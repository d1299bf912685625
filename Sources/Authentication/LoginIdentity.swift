/// Who logs in, and where: an `AuthRequest` without its password.
package struct LoginIdentity: Hashable, Sendable {
    /// The bytes from the client, without zero bytes.
    package let login: ByteString
    /// The name of the client's service; may be empty.
    package let service: ByteString
    /// The realm that was split off the login, or empty.
    package let realm: ByteString
    /// The untrusted address of the mail user, `host;port`, or empty.
    package let remote: ByteString

    package init(login: ByteString, service: ByteString, realm: ByteString, remote: ByteString) {
        self.login = login
        self.service = service
        self.realm = realm
        self.remote = remote
    }

    /// Replaces the login with `login@realm`, for option `-r`; unchanged if the realm is empty.
    ///
    /// The realm field keeps its value.
    package func joiningRealm() -> LoginIdentity {
        guard !realm.isEmpty else { return self }
        return LoginIdentity(
            login: login.appending("@").appending(realm),
            service: service,
            realm: realm,
            remote: remote
        )
    }
}

extension AuthRequest {
    /// The request without its password.
    package var identity: LoginIdentity {
        LoginIdentity(login: login, service: service, realm: realm, remote: remote)
    }
}
