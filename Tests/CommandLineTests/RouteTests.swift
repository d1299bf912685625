import Authentication
import CommandLine
import Testing

@Suite struct RouteTests {
    @Test func `a name alone is for all requests`() throws {
        let route = try #require(Route(optionText: "PAM"))
        #expect(route.mechanism == "pam")
        #expect(route.fits(realm: "", service: "") && route.fits(realm: "a", service: "b"))
        #expect("\(route)" == "pam")
    }

    @Test func `a realm and a service choose, the realm in any case`() throws {
        let route = try #require(Route(optionText: "mysql:realm=Example.org,service=smtp"))
        #expect(route.fits(realm: "EXAMPLE.ORG", service: "smtp"))
        #expect(!route.fits(realm: "example.org", service: "SMTP"))
        #expect(!route.fits(realm: "example.net", service: "smtp"))
        #expect(!route.fits(realm: "", service: "smtp"))
        #expect("\(route)" == "mysql:realm=example.org,service=smtp")
    }

    @Test func `the empty realm is that of logins without any`() throws {
        let route = try #require(Route(optionText: "shadow:realm="))
        #expect(route.fits(realm: "", service: "x") && !route.fits(realm: "a", service: "x"))
    }

    @Test(arguments: [
        "", ":", "pam:", "pam:realm", "pam:realm=a,", "pam:realm=a,realm=b", "pam:user=a", "p/m",
    ])
    func `what cannot be meant is refused`(text: String) {
        #expect(Route(optionText: text) == nil)
    }
}
