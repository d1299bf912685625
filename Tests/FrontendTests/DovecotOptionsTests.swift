import Authentication
import CommandLine
import DovecotProtocol
import Testing

@testable import Frontend

@Suite struct DovecotOptionsTests {
    @Test func `the defaults of the option are those of the frontend`() {
        #expect(DovecotOptions(DovecotListener(path: "/a")) == DovecotOptions())
    }

    @Test func `each key of the option arrives, seconds as milliseconds`() throws {
        let text = "/a,mechanisms=login,deadline=30,hold=0,unavailable=close"
        let options = DovecotOptions(try #require(DovecotListener(optionText: text)))
        let expected = DovecotOptions(mechanisms: [.login], deadline: 30_000, longestDelay: 0, unavailable: .close)
        #expect(options == expected)
        let fail = try #require(DovecotListener(optionText: "/a,unavailable=fail"))
        #expect(DovecotOptions(fail).unavailable == .fail)
    }
}
