/// A client's question whether a login and a password belong together.
package struct AuthRequest: ~Copyable, Sendable {
    /// The bytes as they came, no zero byte among them.
    package let login: ByteString
    package let password: Secret
    /// What the client's program registered with its SASL library: `smtp`, `imap` … May be empty.
    package let service: ByteString
    /// What the client split off the login, or empty.
    package let realm: ByteString
    /// Where the client's own client is, as the client names it: `host;port` or empty.
    ///
    /// A hint: anyone can write anything there.
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

    /// The request with `login@realm` in the place of the login, as option `-r` asks; itself when the realm is empty.
    ///
    /// The realm stays in its own field too.
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
