import Authentication
import Testing

@testable import saslauthd_mysql

@Suite struct ParameterTests {
    private func values(login: ByteString, realm: ByteString) -> [ByteString] {
        let password: [UInt8] = [0x78]
        let request = AuthRequest(
            login: login,
            password: Secret(copying: password.span),
            service: "smtp",
            realm: realm,
            remote: ""
        )
        let all: [Parameter] = [.login, .localPart, .domain, .service, .realm]
        var values: [ByteString] = []
        for parameter in all { values.append(parameter.value(in: request.identity)) }
        return values
    }

    @Test func `a login is split at its last at-sign`() {
        #expect(values(login: "a@b@c", realm: "c") == ["a@b@c", "a@b", "c", "smtp", "c"])
        #expect(values(login: "a@", realm: "r") == ["a@", "a", "", "smtp", "r"])
    }

    @Test func `without one the realm is the domain`() {
        #expect(values(login: "a", realm: "r") == ["a", "a", "r", "smtp", "r"])
        #expect(values(login: "a", realm: "") == ["a", "a", "", "smtp", ""])
    }
}
