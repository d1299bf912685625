internal import Authentication
internal import Digests
internal import Folding

/// Computes the keyed hashes for the cache and for known passwords; only frontends have the key.
struct CredentialHash: ~Copyable {
    private let hash: KeyedHash
    private let mechanism: ByteString
    private let seesAddress: Bool

    private init(_ hash: consuming KeyedHash, mechanism: String, seesAddress: Bool) {
        self.hash = hash
        self.mechanism = ByteString(mechanism)
        self.seesAddress = seesAddress
    }

    /// `nil` if the system's libcrypto has no HMAC; then nothing is remembered.
    static func make(key: borrowing Secret, mechanism: String, seesAddress: Bool) -> CredentialHash? {
        guard let hash = KeyedHash.make(key: key) else { return nil }
        return CredentialHash(hash, mechanism: mechanism, seesAddress: seesAddress)
    }

    /// A hash of everything that must match for a cache hit: each byte, and the client's host if the mechanism's
    /// verdict depends on it.
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

    /// A hash of an account; computed only when a mechanism is asked.
    func account(_ name: FoldedName) -> KeyedHash.Value {
        hash.value { $0.add(name.bytes.span) }
    }

    /// A key for the salts of logins whose secret is kept without one; as lasting as the key of these hashes.
    func saltKey() -> Secret {
        let values = (0..<2).map { number in
            hash.value { parts in
                parts.add(Array("salts".utf8).span)
                parts.add([UInt8(number)].span)
                parts.add(mechanism.bytes.span)
                parts.add(Span())
            }
        }
        return Secret(capacity: 32) { output in
            for value in values { value.append(to: &output) }
        }
    }

    /// A hash of a password alone, to compare two passwords of one account.
    func secret(of request: borrowing AuthRequest) -> KeyedHash.Value {
        hash.value { $0.add(request.password.span) }
    }

    /// A hash of a user's password for one service: another service may accept what this one refuses.
    func password(of request: borrowing AuthRequest) -> KeyedHash.Value {
        hash.value { parts in
            parts.add(request.login.bytes.span)
            parts.add(request.realm.bytes.span)
            parts.add(request.service.bytes.span)
            parts.add(request.password.span)
        }
    }
}
