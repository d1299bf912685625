import Authentication
import Testing

@Suite struct AuthRequestTests {
    static func request(realm: ByteString) -> AuthRequest {
        AuthRequest(
            login: "alice",
            password: Secret(copying: Array("secret".utf8).span),
            service: "smtp",
            realm: realm,
            remote: ""
        )
    }

    @Test func `with -r the realm is joined to the login and stays`() {
        let joined = Self.request(realm: "example.org").joiningRealm()
        #expect(joined.login == "alice@example.org")
        #expect(joined.realm == "example.org")
    }

    @Test func `with an empty realm the login stays as it is`() {
        #expect(Self.request(realm: "").joiningRealm().login == "alice")
    }

    @Test func `256 bytes and 256 bytes lose none`() {
        let long = ByteString([UInt8](repeating: 0x61, count: 256))
        let request = AuthRequest(
            login: long,
            password: Secret(copying: [0x62].span),
            service: "",
            realm: long,
            remote: ""
        )
        #expect(request.joiningRealm().login.count == 513)
    }
}
