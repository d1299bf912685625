import Authentication
import ProcessProtocol
import Testing

@Suite struct WorkerEnvironmentTests {
    /// Reads variables as a program that was started with them.
    static func read(_ variables: [String]) -> WorkerEnvironment? {
        let values = Dictionary(
            uniqueKeysWithValues: variables.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }.map {
                ($0[0], $0[1])
            }
        )
        return WorkerEnvironment(decoding: { values[$0.rawValue] })
    }

    @Test func `what the daemon tells is what the program finds`() throws {
        for user in [nil, "saslauth"] {
            for flags in [(false, false), (true, false), (false, true), (true, true)] {
                var told = WorkerEnvironment(
                    mechanism: "pam",
                    accountName: user,
                    timeout: 90,
                    isVerbose: flags.0
                )
                told.isOnTrial = flags.1
                #expect(Self.read(told.encoded) == told)
                #expect(told.version == Product.version)
            }
        }
    }

    @Test
    func
        `a program with only its mechanism in the environment, as from another program than the daemon, has no other values`()
        throws
    {
        let found = try #require(Self.read(["SASLAUTHD_MECHANISM=x"]))
        #expect(found.encoded == ["SASLAUTHD_MECHANISM=x"])
        try found.checkVersion(of: "saslauthd-x")
    }

    @Test func `a program that is started by hand finds nothing`() {
        #expect(Self.read(["SASLAUTHD_USER=root", "SASLAUTHD_TIMEOUT=x"]) == nil)
    }

    @Test func `a program of the daemon's version goes on, one of another version gets advice`() throws {
        let told = WorkerEnvironment(mechanism: "pam", accountName: nil, timeout: 30, isVerbose: false)
        try told.checkVersion(of: "saslauthd-pam")
        for own in ["0.9", "99.0", ""] {
            let mismatch = #expect(throws: VersionMismatch.self) {
                try told.checkVersion(of: "saslauthd-pam", own: own)
            }
            #expect(
                mismatch?.description
                    == "saslauthd-pam has version \(own), but the running saslauthd has \(Product.version): restart saslauthd after an upgrade"
            )
        }
    }

    @Test func `all variables have the prefix that is kept from other programs`() {
        #expect(EnvironmentVariable.allCases.allSatisfy { $0.rawValue.hasPrefix(EnvironmentVariable.prefix) })
    }
}
