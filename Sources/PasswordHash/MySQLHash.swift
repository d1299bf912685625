internal import Authentication
internal import Digests

/// A hash of MySQL's PASSWORD(): `*`, and the SHA-1 of the SHA-1 of the password in hexadecimal.
struct MySQLHash: ~Copyable {
    private let digest: Secret

    init(_ hash: Span<UInt8>) throws(HashProblem) {
        guard Self.isOne(hash), let digest = Secret.decoding(hexadecimal: hash.extracting(1...)) else {
            throw .damaged
        }
        self.digest = digest
    }

    func matches(_ password: borrowing Secret) throws(HashProblem) -> Bool {
        guard let once = DigestAlgorithm.sha1.digest(password.span),
            let twice = DigestAlgorithm.sha1.digest(once.span)
        else { throw .failed }
        return twice.isEqual(to: digest)
    }

    /// Whether `hash` has the form of MySQL's PASSWORD().
    static func isOne(_ hash: Span<UInt8>) -> Bool {
        hash.count == 41 && hash[0] == UInt8(ascii: "*") && hash.extracting(1...).areAll(HashForm.isHexadecimal)
    }
}

/// A hash of OLD_PASSWORD(), which was PASSWORD() before MySQL 4.1: two numbers of 31 bits in hexadecimal.
///
/// Blanks and tabs in the password are ignored.
struct OldMySQLHash: ~Copyable {
    private let digest: Secret

    init(_ hash: Span<UInt8>) throws(HashProblem) {
        guard hash.count == 16, let digest = Secret.decoding(hexadecimal: hash) else { throw .damaged }
        self.digest = digest
    }

    func matches(_ password: borrowing Secret) -> Bool {
        var (first, second, sum) = (1_345_345_333 as UInt32, 0x1234_5671 as UInt32, 7 as UInt32)
        let bytes = password.span
        for index in bytes.indices where bytes[index] != UInt8(ascii: " ") && bytes[index] != UInt8(ascii: "\t") {
            let byte = UInt32(bytes[index])
            first ^= ((first & 63) &+ sum) &* byte &+ (first << 8)
            second &+= (second << 8) ^ first
            sum &+= byte
        }
        let computed = Secret(capacity: 8) { output in
            for word in [first & 0x7FFF_FFFF, second & 0x7FFF_FFFF] {
                for shift in [24, 16, 8, 0] as [UInt32] { output.append(UInt8(truncatingIfNeeded: word >> shift)) }
            }
        }
        return computed.isEqual(to: digest)
    }
}

extension MySQLHash {
    static let schemes: [HashScheme] = [.mysql, .mysqlOld]
}

extension HashScheme {
    package static let mysql = HashScheme(
        HashTraits(
            "MYSQL",
            pamMySQLNames: ["2", "mysql"],
            matches: { password, hash, _, _ throws(HashProblem) in try MySQLHash(hash.bytes).matches(password) }
        )
    )
    package static let mysqlOld = HashScheme(
        HashTraits(
            "MYSQL-OLD",
            matches: { password, hash, _, _ throws(HashProblem) in try OldMySQLHash(hash.bytes).matches(password) }
        )
    )
}
