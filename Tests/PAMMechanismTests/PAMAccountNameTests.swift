import Authentication
import Testing

@testable import saslauthd_pam

@Suite struct PAMAccountNameTests {
    @Test func `only a name that the modules have changed is one that they know`() {
        #expect(PAMAccountName.name("alice", of: "ALICE") == "alice")
        #expect(PAMAccountName.name("EXAMPLE\\alice", of: "alice") == "EXAMPLE\\alice")
        #expect(PAMAccountName.name("alice", of: "alice") == nil)
        #expect(PAMAccountName.name("", of: "alice") == nil)
        #expect(PAMAccountName.name(nil, of: "alice") == nil)
    }
}
