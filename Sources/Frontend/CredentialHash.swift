internal import Authentication
internal import Digests

/// Makes the keys of the cache, under a key of its own that nobody else has.
struct CredentialHash: ~Copyable {
    private let hash: KeyedHash
    private let mechanism: ByteString

    private init(_ hash: consuming KeyedHash, mechanism: String) {
        self.hash = hash
        self.mechanism = ByteString(mechanism)
    }

    /// `nil` when the system's libcrypto offers no HMAC: nothing is remembered then.
    static func withNewKey(mechanism: String) -> CredentialHash? {
        guard let hash = KeyedHash.withNewKey() else { return nil }
        return CredentialHash(hash, mechanism: mechanism)
    }

    /// Of all that has to be the same for an answer of the cache.
    func credentials(of request: borrowing AuthRequest) -> KeyedHash.Value {
        hash.value { parts in
            parts.add(mechanism.bytes.span)
            parts.add(request.login.bytes.span)
            parts.add(request.realm.bytes.span)
            parts.add(request.service.bytes.span)
            parts.add(request.password.span)
        }
    }

    /// Of login and realm; needed only where the mechanism is asked.
    func account(of request: borrowing AuthRequest) -> KeyedHash.Value {
        account(login: request.login, realm: request.realm)
    }

    func account(login: ByteString, realm: ByteString) -> KeyedHash.Value {
        hash.value { parts in
            parts.add(login.bytes.span)
            parts.add(realm.bytes.span)
        }
    }

    /// Of what is one user's password for whatever service.
    func password(of request: borrowing AuthRequest) -> KeyedHash.Value {
        hash.value { parts in
            parts.add(request.login.bytes.span)
            parts.add(request.realm.bytes.span)
            parts.add(request.password.span)
        }
    }
}
