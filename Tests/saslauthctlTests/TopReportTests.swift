import Testing

@testable import saslauthctl

@Suite struct TopReportTests {
    static let json = """
        {"version":"1.0.0","pid":4711,"uptime_ms":93784000,"counting_ms":400000,"frontend_restarts":1,\
        "logins":{"accepted":100,"refused":20,"unavailable":3},"mechanisms":[{"mechanism":"mysql:realm=example.org",\
        "up":false,"down_ms":306000,"reason":"gone","accepted":90,"refused":20,"unavailable":3,"queue":2,\
        "workers_lost":4,"ms":{"p50":1.5},"spread":[{"ms":0.1,"requests":50},{"ms":2.5,"requests":60}],\
        "workers":[{"pid":1,"state":"busy","requests":3,"served":9},{"state":"idle","requests":0,"served":1}]}],\
        "cache":{"entries":5,"hits":10,"misses":113,"forgiven":0},"clients":{"connected":7,"waiting":1,"limit":1024,\
        "turned_away":6,"malformed":0},"throttle":{"logins":1,"addresses":2,"waiting":3,"turned_away":8}}
        """

    @Test func `a report of the daemon is read`() throws {
        let report = try #require(TopReport(json: Self.json))
        #expect(report.version == "1.0.0" && report.pid == 4711 && report.frontendRestarts == 1)
        #expect(report.accepted == 100 && report.refused == 20 && report.unavailable == 3)
        let mechanism = try #require(report.mechanisms.first)
        #expect(mechanism.route == "mysql:realm=example.org" && mechanism.lost == 4 && mechanism.queue == 2)
        #expect(mechanism.outage == TopReport.Outage(milliseconds: 306_000, reason: "gone"))
        #expect(mechanism.workers == ["busy": 1, "idle": 1] && mechanism.inFlight == 3)
        #expect(mechanism.spread == [100: 50, 2500: 60])
        #expect(report.cache == TopReport.Cache(entries: 5, hits: 10) && report.throttle?.turnedAway == 8)
    }

    @Test(arguments: ["", "{}", "[]", "null", #"{"version":"1.0.0"}"#, String(json.dropLast()), json + "x"])
    func `what is no report, or a part of one, is none`(text: String) {
        #expect(TopReport(json: text) == nil)
    }

    @Test func `figures that are out of their range do no harm`() throws {
        let odd = Self.json.replacing("\"pid\":4711", with: "\"pid\":1e300")
        #expect(TopReport(json: odd) == nil)
        let huge = Self.json.replacing("\"accepted\":100", with: "\"accepted\":9e18").replacing(
            "\"ms\":2.5",
            with: "\"ms\":1e300"
        )
        let report = try #require(TopReport(json: huge.replacing("\"queue\":2", with: "\"queue\":-2")))
        #expect(report.accepted == 1 << 48 && report.mechanisms[0].queue == 0)
        #expect(!TopView(.answered(earlier: nil, later: report), width: 80).lines.isEmpty)
    }
}
