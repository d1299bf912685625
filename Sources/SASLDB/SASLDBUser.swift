package import Authentication

/// A user in a sasldb2 file: a login and a realm, compared byte by byte.
package struct SASLDBUser: Hashable, Sendable {
    package let login: ByteString
    package let realm: ByteString

    package init(login: ByteString, realm: ByteString) {
        self.login = login
        self.realm = realm
    }

    /// Splits `userid` at its first `@`; without an `@` the realm is `defaultRealm`.
    ///
    /// `a@b@c` is `a` in the realm `b@c`, and `a@` is `a` in the empty realm.
    package init(userid: ByteString, defaultRealm: ByteString) {
        guard let at = userid.bytes.firstIndex(of: UInt8(ascii: "@")) else {
            self.init(login: userid, realm: defaultRealm)
            return
        }
        self.init(
            login: ByteString(Array(userid.bytes[..<at])),
            realm: ByteString(Array(userid.bytes[(at + 1)...]))
        )
    }
}
