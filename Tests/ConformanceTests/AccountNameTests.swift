import Foundation
import TestSupport
import Testing

/// Which name the verdict of a mechanism's program gives the account.
@Suite(.enabled(if: geteuid() == 0, "the shadow file and PAM services of its own take root"))
struct AccountNameTests {
    private static let asks = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Support/ask-mechanism").path

    private func verdict(_ mechanism: String, _ login: String, _ password: String) throws -> String {
        let result = try Command(Self.asks, Programs.path("saslauthd-\(mechanism)"), "", login, password, "smtp", "")
            .run()
        return result.output + result.complaints
    }

    @Test(arguments: ["shadow", "getpwent"])
    func `an account of the system has its name there, and no account has none`(mechanism: String) throws {
        #expect(try verdict(mechanism, "daemon", "wrong") == "2 daemon\n")
        #expect(try verdict(mechanism, "nobody-of-that-name", "wrong") == "1 \n")
    }

    @Test func `a user whom a PAM module has renamed has the module's name`() throws {
        let folder = try TemporaryFolder()
        let module = try ModuleTests.module(in: folder)
        let script = """
            printf 'auth required %s\\naccount required %s\\n' \(module) \(module) >/etc/pam.d/trial
            for login in alice ALIAS-alice ALIAS- ALIAS-denied; do
                for password in 'right horse' wrong; do
                    "$1" "$2" '' $login "$password" trial ''
                done
            done
            """
        let result = try PrivateSystem.run(
            folder,
            ["/bin/sh", "-c", script, "sh", Self.asks, Programs.path("saslauthd-pam")]
        )
        #expect(result.output == "0 \n2 \n0 alice\n2 alice\n0 \n2 \n5 denied\n2 denied\n", "\(result)")
    }
}
