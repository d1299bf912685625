import Authentication
import TestSupport
import Testing

@testable import saslauthd_ldap

private func answer(_ code: Int32, _ text: String = "", _ policy: PasswordPolicy? = nil) -> ServerAnswer {
    let secret = Array("topsecret".utf8)
    return ServerAnswer(
        ResultCode(rawValue: code),
        text: ServerWords(Array(text.utf8), hiding: secret.span),
        policy: policy
    )
}

private func windows(_ data: String) -> String {
    "80090308: LdapErr: DSID-0C09042F, comment: AcceptSecurityContext error, data \(data), v2580\0"
}

extension Judgement {
    fileprivate var refusal: Refusal? {
        if case .refused(let refusal, _) = self { refusal } else { nil }
    }

    fileprivate var isDone: Bool {
        if case .done = self { true } else { false }
    }

    fileprivate var unavailable: Unavailable? {
        if case .unavailable(let unavailable) = self { unavailable } else { nil }
    }
}

/// Every code of RFC 4511, and some that nobody defined.
private let codes = Array(Int32(-20)...130)

@Suite struct JudgementTests {
    @Test(
        arguments: [
            (49, "", Refusal.wrongPassword), (32, "", .unknownUser), (34, "invalid DN", .unknownUser),
            (48, "", .wrongPassword), (50, "", .notPermitted),
            (53, "Account inactivated. Contact system administrator.", .notPermitted),
            (19, "Exceed password retry limit. Please try later.", .notPermitted),
            (49, windows("525"), .unknownUser), (49, windows("52e"), .wrongPassword),
            (49, windows("52E"), .wrongPassword),
            (49, windows("530"), .notPermitted), (49, windows("531"), .notPermitted),
            (49, windows("532"), .passwordExpired),
            (49, windows("533"), .notPermitted), (49, windows("701"), .accountExpired),
            (49, windows("773"), .passwordExpired), (49, windows("775"), .notPermitted),
            (49, windows("999"), .wrongPassword),
            (49, windows(""), .wrongPassword), (49, windows("zz"), .wrongPassword),
            (49, windows("fffffffffffff"), .wrongPassword),
            (80, "SASL(-13): user not found: no secret in database", .unknownUser),
            (80, "SASL(-20): user not found", .unknownUser),
            (80, "SASL(-1): generic failure: security flags do not match required", .unknownUser),
            (80, "SASL(-1): generic failure: unable to canonify user and get auxprops", .unknownUser),
        ] as [(Int32, String, Refusal)]
    )
    func `what is said of the user is a refusal`(code: Int32, text: String, refusal: Refusal) {
        #expect(Judgement(userBind: answer(code, text)).refusal == refusal)
    }

    @Test(arguments: [
        (PasswordPolicy(problem: .passwordExpired), Refusal.passwordExpired),
        (PasswordPolicy(problem: .accountLocked), .notPermitted),
        (PasswordPolicy(problem: .changeAfterReset), .passwordExpired),
        (PasswordPolicy(problem: .passwordTooShort), .wrongPassword), (PasswordPolicy(), .wrongPassword),
    ])
    func `the policy says why a bind is refused`(policy: PasswordPolicy, refusal: Refusal) {
        let judgement = Judgement(userBind: answer(49, "", policy))
        #expect(judgement.refusal == refusal)
    }

    @Test func `a user's bind succeeds with 0 only, and not with an expired password`() {
        for code in codes { #expect(Judgement(userBind: answer(code)).isDone == (code == 0)) }
        #expect(
            Judgement(userBind: answer(0, "", PasswordPolicy(problem: .passwordExpired))).refusal == .passwordExpired
        )
        let left = PasswordPolicy(warning: .graceLoginsLeft(2))
        #expect(
            Judgement(userBind: answer(0, "", left)) == .done(note: "the password has expired, grace logins left: 2")
        )
        let reset = PasswordPolicy(problem: .changeAfterReset)
        #expect(Judgement(userBind: answer(0, "", reset)) == .done(note: "the password must be changed"))
    }

    @Test(
        arguments: [
            (51, true, Unavailability.Scope.mechanism), (52, true, .mechanism), (8, false, .mechanism),
            (13, false, .mechanism), (10, false, .mechanism), (80, false, .login), (1, false, .login),
            (2, false, .login),
            (3, false, .login), (11, false, .login), (-1, true, .login), (-5, true, .login), (100, false, .login),
        ] as [(Int32, Bool, Unavailability.Scope)]
    )
    func `what says that the server cannot tell is no verdict`(
        code: Int32,
        isOfServer: Bool,
        scope: Unavailability.Scope
    ) {
        let unavailable = Judgement(userBind: answer(code)).unavailable
        #expect(unavailable?.isOfServer == isOfServer && unavailable?.scope == scope)
    }

    @Test func `nothing that is said to the reader is a verdict on the user`() {
        for code in codes where code != 0 {
            for text in ["", windows("52e")] {
                #expect(Judgement(readerBind: answer(code, text)).unavailable != nil)
                #expect(Judgement(startTLS: answer(code, text)).unavailable != nil)
            }
        }
        #expect(Judgement(readerBind: answer(0)).isDone && Judgement(startTLS: answer(0)).isDone)
        #expect(Judgement(readerBind: answer(49)).unavailable?.scope == .mechanism)
    }

    @Test func `a search finds the user with exactly one entry`() {
        for code in codes {
            for count in 0...3 {
                let judgement = Judgement(userSearch: answer(code), count: count, isBaseOfUser: false)
                #expect(judgement.isDone == (code == 0 && count == 1))
                #expect((judgement.refusal != nil) == (code == 0 && count != 1 || code == 4 && count > 1))
            }
        }
        #expect(Judgement(userSearch: answer(32), count: 0, isBaseOfUser: true).refusal == .unknownUser)
        #expect(Judgement(userSearch: answer(32), count: 0, isBaseOfUser: false).unavailable?.scope == .mechanism)
    }

    @Test func `a group has the user with an entry, or with compareTrue, and with nothing else`() {
        for code in codes {
            for count in 0...2 {
                let search = Judgement(groupSearch: answer(code), count: count, isBaseOfUser: false)
                #expect(search.isDone == ((code == 0 || code == 4) && count > 0))
                #expect((search.refusal != nil) == (code == 0 && count == 0))
            }
            let comparison = Judgement(groupCompare: answer(code), isGroupOfUser: false)
            #expect(comparison.isDone == (code == 6))
            #expect((comparison.refusal != nil) == (code == 5 || code == 16))
        }
        #expect(Judgement(groupCompare: answer(32), isGroupOfUser: true).refusal == .notPermitted)
        #expect(Judgement(groupSearch: answer(32), count: 0, isBaseOfUser: true).refusal == .notPermitted)
    }

    @Test func `a server that wants TLS is told of with what makes it`() {
        let text = "00002028: LdapErr: DSID-0C090259, comment: The server requires binds to turn on integrity checking"
        let reason = Judgement(userBind: answer(8, text)).unavailable?.reason
        #expect(reason?.contains("strongerAuthRequired (8): 00002028") == true)
        #expect(reason?.hasSuffix("ldap_start_tls: yes, or ldaps:// in ldap_servers") == true)
    }

    @Test func `a text that holds the password is not shown, and a long one is cut`() {
        #expect(
            answer(49, "no: topsecret!").description == "invalidCredentials (49): (text that contains the password)"
        )
        #expect(answer(49, windows("52e") + "topsecret").text.windowsError == nil)
        #expect(answer(49, String(repeating: "x", count: 9000)).description.count < 300)
        // Not even in other letters, but then it has not put the number there.
        let other = ServerWords(Array(windows("532").utf8), hiding: Array("acceptsecurityCONTEXT".utf8).span)
        #expect(other.windowsError == 0x532 && other.description == "(text that contains the password)")
        // A short password is in many texts by chance.
        let short = ServerWords(Array(windows("533").utf8), hiding: Array("e".utf8).span)
        #expect(short.windowsError == 0x533 && short.description == "(text that contains the password)")
    }
}

@Suite struct PasswordPolicyTests {
    @Test(
        arguments: [
            ([0x30, 0], PasswordPolicy()), ([0x30, 3, 0x81, 1, 0], PasswordPolicy(problem: .passwordExpired)),
            ([0x30, 3, 0x81, 1, 1], PasswordPolicy(problem: .accountLocked)),
            ([0x30, 5, 0xA0, 3, 0x81, 1, 3], PasswordPolicy(warning: .graceLoginsLeft(3))),
            ([0x30, 6, 0xA0, 4, 0x80, 2, 1, 0], PasswordPolicy(warning: .secondsLeft(256))),
            (
                [0x30, 8, 0xA0, 3, 0x81, 1, 0, 0x81, 1, 2],
                PasswordPolicy(warning: .graceLoginsLeft(0), problem: .changeAfterReset)
            ), ([0x30, 0x81, 3, 0x81, 1, 9], PasswordPolicy(problem: .passwordTooLong)),
            // 389-ds.
            ([0x30, 0x84, 0, 0, 0, 3, 0x81, 1, 0], PasswordPolicy(problem: .passwordExpired)),
            (
                [0x30, 0x84, 0, 0, 0, 12, 0xA0, 0x84, 0, 0, 0, 3, 0x80, 1, 0, 0x81, 1, 2],
                PasswordPolicy(warning: .secondsLeft(0), problem: .changeAfterReset)
            ),
        ] as [([UInt8], PasswordPolicy)]
    )
    func `the control is read`(bytes: [UInt8], policy: PasswordPolicy) {
        #expect(PasswordPolicy(bytes.span) == policy)
    }

    @Test(
        arguments: [
            [], [0x30], [0x30, 1], [0x30, 3, 0x81, 1], [0x30, 3, 0x81, 1, 10], [0x30, 3, 0x81, 1, 0xFF],
            [0x30, 2, 0x81, 0],
            [0x30, 0, 0], [0x30, 3, 0x82, 1, 0], [0x30, 3, 0xA0, 1, 0x80], [0x30, 2, 0xA0, 0],
            [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x31, 0], [0x30, 8, 0x81, 1, 2, 0xA0, 3, 0x81, 1, 0], [0x30, 0x80],
        ] as [[UInt8]]
    )
    func `what is no such control is none`(bytes: [UInt8]) {
        #expect(PasswordPolicy(bytes.span) == nil)
    }

    @Test func `any bytes are read or are no control`() {
        var sequence = SeededGenerator(seed: 7)
        let bytes: [UInt8] = [0x30, 0, 1, 2, 3, 5, 0x80, 0x81, 0xA0, 0xFF]
        for _ in 0..<50_000 {
            let value = (0..<Int.random(in: 0...12, using: &sequence)).map { _ in
                bytes[Int.random(in: bytes.indices, using: &sequence)]
            }
            _ = PasswordPolicy(value.span)
        }
    }
}
