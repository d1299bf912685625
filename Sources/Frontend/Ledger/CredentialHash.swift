internal import Authentication
internal import Digests
internal import Folding

/// Makes the keys of the cache and of the remembered passwords, under a key that only frontends have.
struct CredentialHash: ~Copyable {
    private let hash: KeyedHash
    private let mechanism: ByteString
    private let seesAddress: Bool

    private init(_ hash: consuming KeyedHash, mechanism: String, seesAddress: Bool) {
        self.hash = hash
        self.mechanism = ByteString(mechanism)
        self.seesAddress = seesAddress
    }

    /// `nil` when the system's libcrypto offers no HMAC: nothing is remembered then.
    static func make(key: borrowing Secret, mechanism: String, seesAddress: Bool) -> CredentialHash? {
        guard let hash = KeyedHash.make(key: key) else { return nil }
        return CredentialHash(hash, mechanism: mechanism, seesAddress: seesAddress)
    }

    /// Of all that has to be the same for an answer of the cache: each byte, and the client's host where the mechanism decides by it.
    func credentials(of request: borrowing AuthRequest) -> KeyedHash.Value {
        hash.value { parts in
            parts.add(mechanism.bytes.span)
            parts.add(request.login.bytes.span)
            parts.add(request.realm.bytes.span)
            parts.add(request.service.bytes.span)
            parts.add(request.password.span)
            if seesAddress { parts.add(request.client.host.bytes.span) }
        }
    }

    /// Of an account; needed only where the mechanism is asked.
    func account(_ name: FoldedName) -> KeyedHash.Value {
        hash.value { $0.add(name.bytes.span) }
    }

    /// Of a password alone, to see whether two of one account are the same.
    func secret(of request: borrowing AuthRequest) -> KeyedHash.Value {
        hash.value { $0.add(request.password.span) }
    }

    /// Of one user's password for one service: another one may accept what this one refuses.
    func password(of request: borrowing AuthRequest) -> KeyedHash.Value {
        hash.value { parts in
            parts.add(request.login.bytes.span)
            parts.add(request.realm.bytes.span)
            parts.add(request.service.bytes.span)
            parts.add(request.password.span)
        }
    }
}
