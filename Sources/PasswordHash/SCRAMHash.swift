internal import Authentication
internal import Digests

/// The stored form of a password for SCRAM (RFC 5802): `iterations,salt,StoredKey,ServerKey`, the last three in base64.
struct SCRAMHash: ~Copyable {
    private let rounds: Int
    private let salt: Secret
    let keys: SCRAMKeys

    /// What clients get; `nil` if they cannot use it.
    var parameters: SCRAMParameters? {
        guard let rounds = UInt32(exactly: rounds) else { return nil }
        let parameters = SCRAMParameters(salt: ByteString(copying: salt.span), rounds: rounds)
        return parameters.areUsable ? parameters : nil
    }

    init(_ algorithm: DigestAlgorithm, _ hash: Span<UInt8>) throws(HashProblem) {
        let parts = hash.split(UInt8(ascii: ","))
        guard parts.count == 4, let rounds = hash.number(in: parts[0]), rounds > 0,
            let salt = Secret.decoding(base64: hash.extracting(parts[1])),
            let storedKey = Secret.decoding(base64: hash.extracting(parts[2])),
            let serverKey = Secret.decoding(base64: hash.extracting(parts[3])),
            let keys = SCRAMKeys(algorithm, storedKey: storedKey, serverKey: serverKey)
        else { throw .damaged }
        self.rounds = rounds
        self.salt = salt
        self.keys = keys
    }

    func matches(_ password: borrowing Secret, _ work: inout HashWork) throws(HashProblem) -> Bool {
        try work.admit(.rounds(rounds))
        let computed = SCRAMKeys(keys.algorithm, password: password.span, salt: salt.span, rounds: rounds)
        guard let computed else { throw .failed }
        return computed.storedKey.isEqual(to: keys.storedKey)
    }
}

extension SCRAMHash {
    static let schemes: [HashScheme] = [.scramSHA1, .scramSHA256]

    fileprivate static func scheme(_ name: String, _ algorithm: DigestAlgorithm, specimen: String) -> HashScheme {
        HashScheme(
            HashTraits(
                name,
                specimen: specimen,
                matches: { password, hash, _, work throws(HashProblem) in
                    try SCRAMHash(algorithm, hash.bytes).matches(password, &work)
                }
            )
        )
    }
}

extension HashScheme {
    package static let scramSHA1 = SCRAMHash.scheme(
        "SCRAM-SHA-1",
        .sha1,
        specimen:
            "{SCRAM-SHA-1}4096,tNzgxl1Umumrdylj+R3VJw==,YVltgCAJu4wTAz2uFRVkohhPXns=,varhYI2VAJxJAvBEHMyqReWHxss="
    )
    package static let scramSHA256 = SCRAMHash.scheme(
        "SCRAM-SHA-256",
        .sha256,
        specimen: "{SCRAM-SHA-256}4096,6uukyi8eeAq61A3l8uP9iw==,kOxdDqosm3ZJ18i28tOlBPoNtiAyniqRLNY8pzcATLo=,"
            + "kK/5X9i5EK0f2jkOyf/3lmR+Af6FmEEKVKxea2H2XBM="
    )
}
