import Authentication
import Digests

@testable import PasswordHash

/// Stored hashes with passwords, and the encodings in which they are kept.
enum HashFuzz {
    /// Inputs must not take seconds.
    private static var limits: HashLimits {
        var limits = HashLimits()
        (limits.memory, limits.memoryTraffic, limits.rounds, limits.bcryptCost) = (1 << 22, 1 << 24, 6000, 5)
        return limits
    }

    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        try encode(input)
        var fields = Fields(input)
        let scheme = HashScheme(named: fields.text())
        let stored = Secret(fields.next())
        let (password, other) = (fields.next(), fields.next())
        guard fields.hasNext == false, stored.count < 2000, max(password.count, other.count) < 600 else { return }
        // A password that no hash is compared with takes no time with this policy.
        let policy = HashPolicy(scheme: scheme ?? .plain, allowsWeak: true, limits: limits)
        var verifier = PasswordVerifier(policy)
        let verdict = verifier.verify(Secret(password), against: stored)
        try check(verifier.verify(Secret(password), against: stored) == verdict, "two verdicts on one hash")
        for scheme in [SASLMechanism.cramMD5, .scramSHA1, .scramSHA256] {
            let proof = verifier.storedProof(in: stored, for: scheme)
            try checkText(of: proof, stored.bytes)
            if case .kept(let parameters) = proof { try check(parameters.areUsable, "a salt that clients refuse") }
        }
        switch verdict {
        case .matches(let scheme): try differ(scheme, password, other, stored, &verifier)
        case .unusable(let reason): try check(!reason.isEmpty, "no reason")
        case .differs, .locked: break
        }
    }

    /// Of a stored value that matches `password`, another password is not the right one.
    private static func differ(
        _ scheme: HashScheme,
        _ password: [UInt8],
        _ other: [UInt8],
        _ stored: borrowing Secret,
        _ verifier: inout PasswordVerifier
    ) throws(BrokenProperty) {
        try check(!password.contains(0), "a password with a zero byte matches")
        var changed = password.isEmpty ? [UInt8(ascii: "x")] : password
        if !password.isEmpty { changed[0] = password[0] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a") }
        for wrong in [changed, other] where !isSame(wrong, password, scheme) {
            if case .matches = verifier.verify(Secret(wrong), against: stored) {
                throw BrokenProperty(description: "\(scheme) matches two passwords")
            }
        }
    }

    /// Whether the scheme cannot tell the passwords apart.
    private static func isSame(_ one: [UInt8], _ other: [UInt8], _ scheme: HashScheme) -> Bool {
        switch scheme {
        // Eight characters of seven bits.
        case .desCrypt: Array(one.prefix(8).map { $0 & 0x7F }) == Array(other.prefix(8).map { $0 & 0x7F })
        case .bsdiCrypt: one.map { $0 & 0x7F } == other.map { $0 & 0x7F }
        case .blowfish: isSameOfBlowfish(one, other)
        case .mysqlOld: one.filter { $0 != 0x20 && $0 != 0x09 } == other.filter { $0 != 0x20 && $0 != 0x09 }
        default: one == other
        }
    }

    /// bcrypt reads 72 bytes of the password, repeated.
    private static func isSameOfBlowfish(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        func key(_ password: [UInt8]) -> [UInt8] { (0..<72).map { (password + [0])[$0 % (password.count + 1)] } }
        return key(one) == key(other) || (one + other).contains { $0 > 0x7F }
    }

    private static func checkText(of proof: StoredProof, _ stored: [UInt8]) throws(BrokenProperty) {
        guard case .unusable(let reason) = proof else { return }
        let last = stored.suffix(16)
        guard last.count == 16 else { return }
        try check(occurrences(of: Array(last), in: Array(reason.utf8)) == 0, "a part of the hash is shown: \(reason)")
    }

    private static func encode(_ input: [UInt8]) throws(BrokenProperty) {
        let secret = Secret(input)
        let base64 = secret.base64
        for decoded in [
            Secret.decoding(base64: base64.span)?.bytes, Secret.decoding(paddedBase64: base64.span)?.bytes,
            Secret.decoding(strictBase64: base64.span)?.bytes,
            Secret.decoding(hexadecimal: secret.hexadecimal.span)?.bytes,
        ] {
            try check(decoded == input, "other bytes after their encoding")
        }
        if let strict = Secret.decoding(strictBase64: input.span) {
            try check(strict.base64.bytes == input, "two texts in base64 for the same bytes")
        }
        if let padded = Secret.decoding(paddedBase64: input.span), let any = Secret.decoding(base64: input.span) {
            try check(padded.isEqual(to: any), "two meanings of a text in base64")
        }
        if let bytes = Secret.decoding(hexadecimal: input.span) {
            let lowercased = ByteString(input).lowercasedASCII.bytes
            try check(bytes.hexadecimal.bytes == lowercased, "other digits after their decoding")
        }
    }
}
