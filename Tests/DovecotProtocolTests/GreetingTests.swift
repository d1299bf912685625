import Authentication
import Testing

@testable import DovecotProtocol

@Suite struct GreetingTests {
    private func greeting(_ mechanisms: [SASLMechanism]) -> [UInt8] {
        Greeting(
            mechanisms: mechanisms,
            process: 15059,
            connection: 1,
            cookie: [0, 1, 0xAB, 0xFF] + [UInt8](repeating: 0x10, count: 12)
        ).wire
    }

    @Test func `mechanisms come before the process id, as Postfix and Exim require`() {
        #expect(
            String(decoding: greeting([.plain, .login]), as: UTF8.self)
                == "VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\nSPID\t15059\nCUID\t1\n"
                + "COOKIE\t0001abff101010101010101010101010\nDONE\n"
        )
    }

    @Test(
        arguments: [
            (.plain, "PLAIN\tplaintext"), (.login, "LOGIN\tplaintext"), (.cramMD5, "CRAM-MD5\tdictionary\tactive"),
            (.scramSHA1, "SCRAM-SHA-1\tmutual-auth"), (.scramSHA256, "SCRAM-SHA-256\tmutual-auth"),
        ] as [(SASLMechanism, String)]
    )
    func `each mechanism has Dovecot's flags`(mechanism: SASLMechanism, line: String) {
        #expect(String(decoding: greeting([mechanism]), as: UTF8.self).contains("\nMECH\t\(line)\n"))
    }

    @Test func `the greeting fits into the first read of any client`() {
        let longest = Greeting(
            mechanisms: SASLMechanism.allCases,
            process: .max,
            connection: .max,
            cookie: [UInt8](repeating: 255, count: Greeting.cookieLength)
        )
        #expect(longest.wire.count < 1024)
    }
}
