import Authentication
import Folding
import Foundation
import JSON
import Platform
import Testing

@testable import Frontend

@Suite struct StatusReportTests {
    private static let alice = FoldedName("alice")

    private static func report(
        outage: String? = nil,
        workers: Int = 2,
        cache: Bool = true,
        dovecot: StatusReport.Dovecot? = nil
    ) -> StatusReport {
        let now = CredentialCacheTests.at(400_000)
        var counters = MechanismCounters()
        for time in 1...99 {
            let arrived = CredentialCacheTests.at(1_000)
            counters.count(Finding(.accepted), of: alice, arrived: arrived, now: arrived.advanced(milliseconds: time))
        }
        counters.count(
            Finding(.refused(.wrongPassword)),
            of: alice,
            arrived: CredentialCacheTests.start,
            now: CredentialCacheTests.at(200)
        )
        if let outage {
            let verdict = Finding(.unavailable(Unavailability(outage, scope: .mechanism)))
            counters.count(
                verdict,
                of: alice,
                arrived: CredentialCacheTests.start,
                now: CredentialCacheTests.at(100_000)
            )
            counters.count(
                verdict,
                of: alice,
                arrived: CredentialCacheTests.start,
                now: CredentialCacheTests.at(200_000)
            )
        }
        var logins = AnswerTally()
        for verdict in [Verdict.accepted, .accepted, .refused(.wrongPassword)] { logins.count(verdict) }
        return StatusReport(
            process: .init(pid: 4711, uptime: 93_784_000, counting: 400_000, restarts: 2),
            now: now,
            mechanisms: [
                .init(
                    route: "mysql:realm=example.org",
                    counters: counters,
                    workers: (0..<workers).map {
                        .init(
                            process: UInt32(100 + $0),
                            state: $0 == 0 ? .busy : .idle,
                            requests: $0 == 0 ? 1 : 0,
                            served: $0
                        )
                    },
                    queue: 3,
                    lost: 4
                )
            ],
            cache: cache ? .init(entries: 5, hits: 30, misses: 10) : nil,
            forgiven: 0,
            logins: logins,
            clients: .init(connected: 7, waiting: 0, limit: 1024, turnedAway: 0, malformed: 0),
            dovecot: dovecot,
            throttle: cache ? .init(logins: 1, addresses: 2, waiting: 3, turnedAway: 0) : nil
        )
    }

    @Test func `a page for people`() {
        #expect(
            Self.report().page == """
                saslauthd 1.0.0, process 4711, up 1 d 2 h
                counted for 6 min 40 s, since the last reload

                mysql:realm=example.org
                  up
                  requests 99 accepted, 1 refused, 0 unavailable
                  times    within ms: 50 % 50.2, 90 % 90.1, 99 % 99.3, 99.9 % 200, all 200
                  workers  1 idle, 1 busy; 3 requests queued, 4 workers lost
                           100 busy with 1, 0 served
                           101 idle, 1 served

                cache      5 passwords, 75 % of 40 requests answered
                clients    7 of 1024 connected, 0 waiting, 0 deferred
                guessing   1 logins and 2 addresses slowed down, 3 requests waiting

                """
        )
    }

    @Test func `what is down is said to be, with the time and the reason, in 80 columns`() {
        let page = Self.report(
            outage: "the server said [x] \u{1b}[31m" + String(repeating: "y", count: 100),
            workers: 30,
            cache: false
        ).page
        #expect(page.contains("  down     for 5 min: the server said \\x5bx\\x5d \\x1b\\x5b31myyy"))
        #expect(page.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(page.contains("\n           and 10 more\n"))
        #expect(
            page.contains("cache      off (-c)\n") && page.contains("guessing   not slowed down (--throttle off)\n")
        )
    }

    @Test func `the same as JSON`() throws {
        let text = Self.report(outage: "gone").json.description
        let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let mechanism = try #require((object["mechanisms"] as? [[String: Any]])?.first)
        #expect(mechanism["up"] as? Bool == false && mechanism["down_ms"] as? Int == 300_000)
        #expect(mechanism["reason"] as? String == "gone" && mechanism["unavailable"] as? Int == 2)
        #expect((mechanism["workers"] as? [[String: Any]])?.count == 2)
        #expect((object["cache"] as? [String: Any])?["hits"] as? Int == 30)
        #expect(object["logins"] as? [String: Int] == ["accepted": 2, "refused": 1, "unavailable": 0])
        #expect(object["frontend_restarts"] as? Int == 2)
        let spread = try #require(mechanism["spread"] as? [[String: Double]])
        #expect(spread.map { $0["requests"] ?? 0 }.reduce(0, +) == 100, "each request once")
        #expect(spread.first == ["ms": 1, "requests": 1] && spread.last == ["ms": 200, "requests": 1])
        #expect(spread.contains(["ms": 10, "requests": 2]), "9 and 10 ms")
    }

    @Test func `the same as metrics`() {
        let lines = Self.report(outage: "gone").metrics.split(separator: "\n").map(String.init)
        for line in [
            #"saslauthd_requests_total{mechanism="mysql:realm=example.org",result="accepted"} 99"#,
            #"saslauthd_request_duration_seconds_bucket{mechanism="mysql:realm=example.org",le="0.025"} 25"#,
            #"saslauthd_request_duration_seconds_bucket{mechanism="mysql:realm=example.org",le="+Inf"} 100"#,
            #"saslauthd_request_duration_seconds_sum{mechanism="mysql:realm=example.org"} 5.15"#,
            #"saslauthd_backend_up{mechanism="mysql:realm=example.org"} 0"#, "saslauthd_cache_hits_total 30",
            "saslauthd_uptime_seconds 93784", "saslauthd_counting_seconds 400", "saslauthd_frontend_restarts_total 2",
            #"saslauthd_logins_total{result="accepted"} 2"#, #"saslauthd_logins_total{result="unavailable"} 0"#,
            #"saslauthd_throttled{kind="address"} 2"#,
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    @Test func `connections of Dovecot's protocol are shown where it is served`() throws {
        let report = Self.report(dovecot: .init(idle: 5, busy: 2, limit: 400))
        #expect(report.page.contains("\ndovecot    7 of 400 connections, 2 busy\n"))
        #expect(report.json.description.contains(#""dovecot":{"idle":5,"busy":2,"limit":400}"#))
        for line in [
            #"saslauthd_dovecot_connections{state="idle"} 5"#, #"saslauthd_dovecot_connections{state="busy"} 2"#,
            "saslauthd_dovecot_connections_limit 400",
        ] {
            #expect(report.metrics.contains("\n\(line)\n"), "\(line)")
        }
        let without = Self.report()
        #expect(!(without.page + without.json.description + without.metrics).contains("dovecot"))
    }

    @Test func `a mechanism that can tell again is up`() {
        var counters = MechanismCounters()
        counters.count(
            Finding(.unavailable(Unavailability("x", scope: .mechanism))),
            of: Self.alice,
            arrived: CredentialCacheTests.start,
            now: CredentialCacheTests.start
        )
        #expect(counters.outage != nil)
        counters.count(
            Finding(.refused(.unknownUser)),
            of: Self.alice,
            arrived: CredentialCacheTests.start,
            now: CredentialCacheTests.start
        )
        #expect(counters.outage == nil && counters.answered == 1)
    }

    @Test func `a mechanism is not down because requests have waited too long`() {
        var counters = MechanismCounters()
        counters.count(
            .overload("too many"),
            of: Self.alice,
            arrived: CredentialCacheTests.start,
            now: CredentialCacheTests.start
        )
        #expect(counters.outage == nil && counters.unavailable == 1)
    }
}
