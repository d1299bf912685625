internal import Authentication
internal import CArgon2
internal import Digests

/// An Argon2 hash (RFC 9106): `$argon2id$v=19$m=65536,t=3,p=1$salt$hash`, salt and hash in base64.
struct Argon2Hash: ~Copyable {
    private let type: argon2_type
    private let version: UInt32
    private let memory: Int
    private let passes: Int
    private let lanes: UInt32
    private let salt: Secret
    private let digest: Secret

    init(_ hash: Span<UInt8>, _ scheme: HashScheme) throws(HashProblem) {
        var parts = hash.split(UInt8(ascii: "$")).dropFirst(2)
        // Hashes older than version 1.3 have no version field.
        let version = parts.first.flatMap { hash.number(in: $0, after: "v=") }
        if version != nil { parts.removeFirst() }
        guard HashForm.prefixed(hash) == scheme, parts.count == 3, let settings = parts.popFirst() else {
            throw .damaged
        }
        let text = hash.extracting(settings)
        let numbers = text.split(UInt8(ascii: ","))
        guard numbers.count == 3, let memory = text.number(in: numbers[0], after: "m="),
            let passes = text.number(in: numbers[1], after: "t="), UInt32(exactly: passes) != nil, passes > 0,
            let lanes = text.number(in: numbers[2], after: "p=").flatMap({ UInt32(exactly: $0) }),
            let salt = Secret.decoding(base64: hash.extracting(parts[parts.startIndex])),
            let digest = Secret.decoding(base64: hash.extracting(parts[parts.startIndex + 1])),
            lanes > 0, salt.count >= Self.shortestSalt, digest.count >= Self.shortest
        else { throw .damaged }
        type = scheme == .argon2i ? Argon2_i : Argon2_id
        self.version = UInt32(exactly: version ?? 0x10) ?? 0
        self.memory = memory
        self.passes = passes
        self.lanes = lanes
        self.salt = salt
        self.digest = digest
    }

    func matches(_ password: borrowing Secret, _ work: inout HashWork) throws(HashProblem) -> Bool {
        let (bytes, isTooLarge) = memory.multipliedReportingOverflow(by: 1024)
        try work.admit(.memory(bytes: isTooLarge ? .max : bytes, passes: passes))
        guard version == 0x10 || version == 0x13, memory >= 8 * Int(lanes), let memory = UInt32(exactly: memory) else {
            throw .damaged
        }
        switch compute(password, memory) {
        case .some(let computed): return computed.isEqual(to: digest)
        case nil: throw .failed
        }
    }

    /// Computes all lanes in this thread, so that a hash cannot make the program start threads.
    private func compute(_ password: borrowing Secret, _ memory: UInt32) -> Secret? {
        var status = ARGON2_MEMORY_ALLOCATION_ERROR.rawValue
        let (password, salt) = (password.span, salt.span)
        let computed = Secret(capacity: digest.count) { output in
            unsafe output.withUnsafeMutableBufferPointer { output, count in
                unsafe password.withUnsafeBufferPointer { password in
                    unsafe salt.withUnsafeBufferPointer { salt in
                        // SAFETY: the sizes are those of the buffers. Without flags the library only reads the inputs.
                        var context = unsafe argon2_context(
                            out: output.baseAddress,
                            outlen: UInt32(output.count),
                            pwd: UnsafeMutablePointer(mutating: password.baseAddress),
                            pwdlen: UInt32(password.count),
                            salt: UnsafeMutablePointer(mutating: salt.baseAddress),
                            saltlen: UInt32(salt.count),
                            secret: nil,
                            secretlen: 0,
                            ad: nil,
                            adlen: 0,
                            t_cost: UInt32(passes),
                            m_cost: memory,
                            lanes: lanes,
                            threads: 1,
                            version: version,
                            allocate_cbk: nil,
                            free_cbk: nil,
                            flags: 0
                        )
                        unsafe output.initialize(repeating: 0)
                        count = output.count
                        status = unsafe argon2_ctx(&context, type)
                    }
                }
            }
        }
        guard status == ARGON2_OK.rawValue else { return nil }
        return computed
    }

    /// The shortest salt that the library accepts, in bytes.
    private static let shortestSalt = 8

    /// The shortest hash worth comparing with, in bytes.
    private static let shortest = 16
}

extension Argon2Hash {
    static let schemes: [HashScheme] = [.argon2i, .argon2id]

    fileprivate static func scheme(_ name: String, aliases: [String] = [], prefix: String, specimen: String)
        -> HashScheme
    {
        HashScheme(
            HashTraits(
                name,
                aliases: aliases,
                prefixes: [prefix],
                // Dovecot accepts either after the name of the other.
                meaning: { HashForm.prefixed($0.bytes) },
                specimen: specimen,
                matches: { password, hash, scheme, work throws(HashProblem) in
                    try Argon2Hash(hash.bytes, scheme).matches(password, &work)
                }
            )
        )
    }
}

extension HashScheme {
    package static let argon2i = Argon2Hash.scheme(
        "ARGON2I",
        prefix: "$argon2i$",
        specimen: "$argon2i$v=19$m=32768,t=4,p=1$bStuCGkVj9C7aAOcnY19+A$GDEOnzAx3HdtVWooZilFwhoT1eY/BHm9UEQ6QoGuJEU"
    )
    package static let argon2id = Argon2Hash.scheme(
        "ARGON2ID",
        aliases: ["ARGON2"],
        prefix: "$argon2id$",
        specimen: "$argon2id$v=19$m=65536,t=3,p=1$zn0RufIixSEvgYvv3OjA2Q$YGxtEOUNJ9yHyCi1KuTYbyoxYVRNp55PdQpNnHXY/0s"
    )
}
