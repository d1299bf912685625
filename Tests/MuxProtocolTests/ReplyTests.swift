import Authentication
import Testing

@testable import MuxProtocol

@Suite struct ReplyTests {
    static let sasldb: PluginName = "sasldb"

    @Test(arguments: [
        (MuxError.tooLong(.login, limit: 256), "NO "),
        (MuxError.holdsZeroByte(.password), "NO "),
        (MuxError.emptyLogin, "NO NULL login received"),
        (MuxError.emptyRequest, "NO NULL login received"),
        (MuxError.emptyPassword, "NO NULL password received"),
    ])
    func `a request that no mechanism sees has the original's answer`(error: MuxError, text: String) {
        #expect(Reply(to: error).wire == [0, UInt8(text.utf8.count)] + Array(text.utf8))
    }

    @Test func `sasldb answers in two bytes and its reason is Unknown`() {
        let accepted = Reply(to: .accepted, of: Self.sasldb, refusesUnavailable: false)
        let refused = Reply(to: .refused(.wrongPassword), of: Self.sasldb, refusesUnavailable: false)
        #expect(accepted.wire == [0, 2] + Array("OK".utf8))
        #expect(refused.wire == [0, 2] + Array("NO".utf8))
        #expect(refused.reason == "Unknown")
    }

    @Test func `unavailable is an answer of length zero, or a refusal where that is asked for`() {
        let verdict = Verdict.unavailable(Unavailability("database is down"))
        #expect(Reply(to: verdict, of: Self.sasldb, refusesUnavailable: false).wire == [0, 0])
        #expect(Reply(to: verdict, of: Self.sasldb, refusesUnavailable: true).wire == [0, 2] + Array("NO".utf8))
    }

    @Test(arguments: MechanismTraits.table.map(\.name) + ["elsewhere"], Refusal.allCases)
    func `no refusal is ever OK`(mechanism: String, refusal: Refusal) throws {
        let name = try #require(PluginName(mechanism))
        for reply in [
            Reply(to: .refused(refusal), of: name, refusesUnavailable: true),
            Reply(to: .unavailable(Unavailability("")), of: name, refusesUnavailable: true),
        ] {
            #expect(reply.text.hasPrefix("NO"))
        }
    }

    @Test(
        arguments: [
            ("pam", .accepted, "OK"), ("pam", .refused(.wrongPassword), "NO PAM auth error"),
            ("pam", .refused(.accountExpired), "NO PAM acct error"),
            ("pam", .refused(.notPermitted), "NO PAM acct error"),
            ("pam", .unavailable(Unavailability("")), "NO PAM auth error"),
            ("rimap", .accepted, "OK remote authentication successful"),
            ("pop3", .refused(.passwordExpired), "NO remote server rejected your credentials"),
            ("rimap", .unavailable(Unavailability("")), "NO [ALERT] Couldn't contact remote authentication server"),
            ("shadow", .refused(.unknownUser), "NO Invalid username"),
            ("getpwent", .refused(.wrongPassword), "NO Incorrect password"),
            ("shadow", .refused(.passwordExpired), "NO Password expired"),
            ("mysql", .refused(.unknownUser), "NO Incorrect password"),
            ("mysql", .refused(.notPermitted), "NO Account not permitted"),
            ("sasldb", .unavailable(Unavailability("")), "NO"),
            ("elsewhere", .accepted, "OK"), ("elsewhere", .refused(.accountExpired), "NO Account expired"),
            ("elsewhere", .unavailable(Unavailability("")), "NO internal mechanism failure"),
        ] as [(PluginName, Verdict, String)]
    )
    func `each mechanism's answers are in its own words`(name: PluginName, verdict: Verdict, text: String) {
        #expect(Reply(to: verdict, of: name, refusesUnavailable: true).text == text)
    }

    @Test func `the reason is what stands behind NO`() {
        #expect(Reply(to: .emptyLogin).reason == "NULL login received")
    }
}
