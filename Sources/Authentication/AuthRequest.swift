/// A client's request to check a login and a password.
package struct AuthRequest: ~Copyable, Sendable {
    /// The bytes from the client, without zero bytes.
    package let login: ByteString
    package let password: Secret
    /// The name that the client's program registered with its SASL library: `smtp`, `imap` … May be empty.
    package let service: ByteString
    /// The realm that the client split off the login, or empty.
    package let realm: ByteString
    /// The address of the mail user, as reported by the client: `host;port`, or empty.
    ///
    /// Untrusted: a client can send anything.
    package let remote: ByteString

    package init(
        login: ByteString,
        password: consuming Secret,
        service: ByteString,
        realm: ByteString,
        remote: ByteString
    ) {
        self.login = login
        self.password = password
        self.service = service
        self.realm = realm
        self.remote = remote
    }

    /// Replaces the login with `login@realm`, for option `-r`; unchanged if the realm is empty.
    ///
    /// The realm field keeps its value.
    package consuming func joiningRealm() -> AuthRequest {
        guard !realm.isEmpty else { return self }
        return AuthRequest(
            login: login.appending("@").appending(realm),
            password: password,
            service: service,
            realm: realm,
            remote: remote
        )
    }
}
