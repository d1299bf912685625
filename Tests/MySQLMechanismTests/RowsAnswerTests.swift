import Authentication
import MechanismKit
import Testing

@testable import saslauthd_mysql

@Suite struct RowsAnswerTests {
    /// The decision for rows that each have a status, a name, and the right password or another.
    private func verdict(
        _ rows: [(status: AccountStatus, account: ByteString?, matches: Bool)],
        wantsOneRow: Bool = false
    ) -> (Verdict, ByteString?) {
        var answer = RowsAnswer()
        for row in rows {
            let seen = MySQLRow(hash: nil, isTruncated: false, status: row.status, account: row.account)
            answer.saw(seen)
            if row.matches { answer.matched(seen) }
        }
        let decision = answer.decision(wantsOneRow: wantsOneRow)
        return (decision.verdict, decision.account)
    }

    @Test func `no row is no user, and a row without the password a wrong one`() {
        #expect(verdict([]) == (.refused(.unknownUser), nil))
        #expect(verdict([(.good, "alice", false)]) == (.refused(.wrongPassword), "alice"))
        #expect(verdict([(.good, "alice", true)]) == (.accepted, "alice"))
    }

    @Test func `the bits of the status count, and NULL is an account that is expired`() {
        #expect(verdict([(.bits(1), "a", true)]) == (.refused(.accountExpired), "a"))
        #expect(verdict([(.bits(2), "a", true)]) == (.refused(.passwordExpired), "a"))
        #expect(verdict([(.bits(3), "a", true)]) == (.refused(.accountExpired), "a"))
        #expect(verdict([(.missing, "a", true)]) == (.refused(.accountExpired), "a"))
        #expect(verdict([(.bits(4), "a", true)]) == (.accepted, "a"))
    }

    @Test func `a status that is not a number is a refusal, whether the password is right or wrong`() {
        for matches in [true, false] {
            let rows: [(AccountStatus, ByteString?, Bool)] = [
                (.good, "alice", true), (.unreadable(column: "st[1]"), "alice", matches),
            ]
            for rows in [rows, rows.reversed(), [rows[1]]] {
                #expect(verdict(rows) == (.refused(.notPermitted), "alice"))
            }
        }
    }

    @Test func `rows of one account name it, and of several the one whose password it is`() {
        #expect(verdict([(.good, "alice", false), (.good, "alice", false)]) == (.refused(.wrongPassword), "alice"))
        #expect(verdict([(.good, "alice", false), (.good, "bob", false)]) == (.refused(.wrongPassword), nil))
        #expect(verdict([(.good, "alice", false), (.good, "bob", true)]) == (.accepted, "bob"))
    }

    @Test func `several rows are a refusal if one is expected`() {
        let rows: [(AccountStatus, ByteString?, Bool)] = [(.good, "alice", true), (.good, "alice", true)]
        #expect(verdict(rows, wantsOneRow: true) == (.refused(.wrongPassword), "alice"))
        #expect(verdict(rows) == (.accepted, "alice"))
    }
}
