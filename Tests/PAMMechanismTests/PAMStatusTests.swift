import Authentication
import Testing

@testable import saslauthd_pam

@Suite struct PAMStatusTests {
    /// The numbers of Linux-PAM's _pam_types.h.
    @Test(arguments: [1, 2, 3, 5, 8, 9, 15, 18, 22, 24, 26, 28, 29, 30, 31] as [CInt])
    func `who could not check has not refused`(code: CInt) {
        #expect(PAMStatus(code).isFailureOfService)
    }

    @Test(arguments: [4, 6, 7, 10, 11, 12, 13, 14, 16, 17, 19, 20, 21, 23, 25, 27, 99, -1] as [CInt])
    func `everything else is a refusal`(code: CInt) {
        #expect(!PAMStatus(code).isFailureOfService)
    }

    @Test func `only the first status is success`() {
        #expect((-1...99).filter { PAMStatus($0) == .success } == [0])
    }

    @Test func `refusals are told apart`() {
        #expect(PAMStatus(10).refusalOfLogin == .unknownUser)
        #expect(PAMStatus(7).refusalOfLogin == .wrongPassword)
        #expect(PAMStatus(13).refusalOfLogin == .wrongPassword, "no hint that the account is there")
        #expect(PAMStatus(12).refusalOfAccount == .passwordExpired)
        #expect(PAMStatus(27).refusalOfAccount == .passwordExpired)
        #expect(PAMStatus(13).refusalOfAccount == .accountExpired)
        #expect(PAMStatus(6).refusalOfAccount == .notPermitted)
    }

    @Test func `a status has the name of the headers and the text of the library`() {
        #expect(
            PAMStatus(9).description
                == "PAM_AUTHINFO_UNAVAIL (Authentication service cannot retrieve authentication info)"
        )
        #expect(PAMStatus(0).description == "PAM_SUCCESS (Success)")
        #expect(PAMStatus(31).description.hasPrefix("PAM_INCOMPLETE ("))
        #expect(PAMStatus(99).description.hasPrefix("code 99 (") && PAMStatus(-1).description.hasPrefix("code -1 ("))
    }
}
