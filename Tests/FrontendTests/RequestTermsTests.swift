import Authentication
import Platform
import Testing

@testable import Frontend

/// Requests with a deadline and a longest delay of their own.
@Suite struct RequestTermsTests {
    private static let terms = RequestTerms(deadline: 8_000, longestDelay: 5_000)

    private static func reason(_ verdict: Verdict?) -> String? {
        guard case .unavailable(let unavailability) = verdict else { return nil }
        return "\(unavailability.reason)"
    }

    @Test func `a client is answered at its own deadline, and the verdict that comes later is still learned`() throws {
        let bed = try LedgerBed("-c")
        bed.serve()
        let client = bed.connect()
        let request = try #require(bed.ask(client, terms: Self.terms))
        bed.advance(milliseconds: 7_900)
        #expect(bed.verdicts(of: client) == [])
        bed.advance(milliseconds: 200)
        #expect(Self.reason(bed.verdicts(of: client).first) == "no answer after 8 seconds (deadline= of --dovecot)")
        bed.decide(request, by: 1, .accepted)
        #expect(bed.verdicts(of: client).count == 1)
        let other = bed.connect()
        #expect(bed.ask(other, terms: Self.terms) == nil && bed.verdicts(of: other) == [.accepted])
    }

    @Test func `a deadline beyond --timeout does not count`() throws {
        let bed = try LedgerBed("--timeout 5")
        bed.serve()
        let client = bed.connect()
        _ = try #require(bed.ask(client, terms: Self.terms))
        bed.advance(milliseconds: 5_300)
        #expect(Self.reason(bed.verdicts(of: client).first)?.hasSuffix("(--timeout)") == true)
    }

    @Test func `one that was answered in time is not answered again at its deadline`() throws {
        let bed = try LedgerBed()
        bed.serve()
        let client = bed.connect()
        let request = try #require(bed.ask(client, terms: Self.terms))
        bed.decide(request, by: 1, .accepted)
        bed.advance(milliseconds: 20_000)
        #expect(bed.verdicts(of: client) == [.accepted])
    }

    @Test func `no refusal is delayed for longer, nor beyond the deadline`() throws {
        let bed = try LedgerBed("-n 1")
        bed.serve()
        for attempt in 0..<12 {
            let client = bed.connect()
            let begin = bed.now
            let request = try #require(bed.ask(client, "alice", "wrong\(attempt)", terms: Self.terms))
            while !bed.handed.contains(where: { $0.request == request }), bed.verdicts(of: client).isEmpty {
                bed.advance(milliseconds: 250)
            }
            if bed.verdicts(of: client).isEmpty {
                bed.decide(request, by: 1, .refused(.wrongPassword))
                let decided = bed.now
                while bed.verdicts(of: client).isEmpty { bed.advance(milliseconds: 50) }
                #expect(decided.elapsedMilliseconds(until: bed.now) <= 5_050)
            }
            #expect(begin.elapsedMilliseconds(until: bed.now) <= 8_300)
            bed.tell { $0.inputEnded(client, now: $1, into: &$2) }
        }
    }

    @Test func `an exempt failure does not count against the address, only against the login`() throws {
        let bed = try LedgerBed("-n 50")
        bed.serve(parallel: 100)
        let terms = RequestTerms(deadline: 8_000, longestDelay: 5_000, isExemptFromAddress: true)
        for attempt in 0..<40 {
            let client = bed.connect()
            let request = bed.ask(client, "user\(attempt)", "wrong", remote: "192.0.2.7;4711", terms: terms)
            bed.decide(try #require(request), by: 1, .refused(.wrongPassword))
            #expect(bed.verdicts(of: client) == [.refused(.wrongPassword)], "attempt \(attempt) was delayed")
        }
    }
}
