/// How the secret of a login is kept for SCRAM.
package struct SCRAMParameters: Hashable, Sendable {
    /// The rounds that clients accept.
    ///
    /// RFC 5802 asks for 4,096 at least; libsasl2 refuses more than 65,536.
    package static let roundLimits: ClosedRange<UInt32> = 4096...65_536

    package let salt: ByteString
    package let rounds: UInt32

    package init(salt: ByteString, rounds: UInt32) {
        self.salt = salt
        self.rounds = rounds
    }

    /// Whether clients can use them; if not, treat the login as unknown, so that nobody learns about it.
    package var areUsable: Bool {
        Self.roundLimits.contains(rounds) && 1...Self.longestSalt ~= salt.count
    }

    private static let longestSalt = 1024
}
