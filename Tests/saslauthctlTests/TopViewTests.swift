import Testing

@testable import saslauthctl

@Suite struct TopViewTests {
    private static func report(_ change: (inout TopReport) -> Void = { _ in }) throws -> TopReport {
        var report = try #require(TopReport(json: TopReportTests.json))
        change(&report)
        return report
    }

    private static func text(_ moment: TopView.Moment, width: Int = 80) -> String {
        TopView(moment, width: width).lines.map { "\($0.text)\n" }.joined()
    }

    @Test func `rates and times are those between two reports`() throws {
        let earlier = try Self.report()
        let later = try Self.report {
            $0.uptime += 2000
            $0.counting += 2001
            $0.accepted += 25
            $0.refused += 6
            $0.turnedAway += 2
            $0.cache?.hits += 10
            $0.mechanisms[0].accepted += 5
            $0.mechanisms[0].unavailable += 3
            $0.mechanisms[0].spread = [100: 50, 250: 4, 2500: 65, 1_000_000: 1]
            $0.mechanisms[0].workers = ["starting": 2, "leaving": 1, "busy": 13]
            $0.mechanisms.append(TopReport.Mechanism(route: "pam"))
        }
        let same = try Self.report { $0.mechanisms.append(TopReport.Mechanism(route: "pam")) }
        #expect(
            Self.text(.answered(earlier: same, later: later)) == """
                saslauthd 1.0.0, process 4711, up 1 d 2 h
                The frontend exited unexpectedly once; see the log.
                logins    12.5/s OK, 3.0/s NO, 0.0/s temporary failures
                requests  3 in flight, 2 waiting for a worker, 3 for their turn
                clients   7 of 1024 connected, 1 waiting for a slot, 1.0/s deferred
                cache     5 passwords, 5.0/s hits, 32 % of all logins
                guessing  1 logins and 2 addresses slowed down, 0.0/s deferred

                              --- per second ---  ------ ms ------  ----- workers -----
                mechanism       OK    NO  fail   50 %  90 %  99 %  ready busy start end queue
                mysql:realm=example.org
                               2.5   0.0   1.5    2.5   2.5  1000      0   13     2   1     2
                  down for 5 min 6 s: gone
                  4 workers lost over requests
                pam            0.0   0.0   0.0      -     -     -      0    0     0   0     0

                """
        )
        // Another list of mechanisms: the settings are others.
        #expect(TopInterval(from: earlier, to: later).isWhole)
    }

    @Test func `connections of Dovecot's protocol have a line where it is served`() throws {
        let json = TopReportTests.json.replacing(
            "\"throttle\"",
            with: "\"dovecot\":{\"idle\":5,\"busy\":2,\"limit\":400},\"throttle\""
        )
        let report = try #require(TopReport(json: json))
        let text = Self.text(.answered(earlier: nil, later: report))
        #expect(text.contains("\ndovecot   7 of 400 connections, 2 busy\ncache "), "\(text)")
        #expect(try !Self.text(.answered(earlier: nil, later: Self.report())).contains("dovecot"))
    }

    @Test func `the first report, and one of another frontend, has the rates of all its time`() throws {
        let earlier = try Self.report()
        let first = Self.text(.answered(earlier: nil, later: earlier))
        #expect(first.contains("\nRates and latencies cover the last 6 min 40 s.\n"))
        #expect(first.contains("\nlogins    0.25/s OK, 0.05/s NO, 0.01/s temporary failures\n"))
        // A reload begins to count anew: a figure that has grown since is no reason to compare.
        let reloaded = try Self.report {
            ($0.uptime, $0.counting, $0.accepted) = ($0.uptime + 401_000, 401_000, 401)
        }
        #expect(Self.text(.answered(earlier: earlier, later: reloaded)).contains("\nlogins    1.0/s OK, "))
        let restarted = try Self.report { ($0.pid, $0.uptime, $0.counting, $0.accepted) = (1, 1000, 1000, 5) }
        #expect(Self.text(.answered(earlier: earlier, later: restarted)).contains("\nlogins    5.0/s OK, "))
        let unborn = try Self.report { ($0.counting, $0.uptime) = (0, 0) }
        #expect(Self.text(.answered(earlier: earlier, later: unborn)).contains("\nlogins    -/s OK, -/s NO, "))
        let same = Self.text(.answered(earlier: earlier, later: earlier))
        #expect(same.contains("\nlogins    -/s OK, ") && !same.contains("Rates and latencies"), "no time has passed")
    }

    @Test func `what is off is said to be, and what needs attention stands out`() throws {
        let report = try Self.report { ($0.cache, $0.throttle, $0.frontendRestarts) = (nil, nil, 3) }
        let view = TopView(.answered(earlier: nil, later: report), width: 80)
        let text = view.lines.map(\.text)
        #expect(text.contains("cache     off (-c)") && text.contains("guessing  not slowed down (--throttle off)"))
        let alarms = view.lines.filter { $0.style == .alarm }.map(\.text)
        #expect(
            alarms == [
                "The frontend exited unexpectedly 3 times; see the log.", "  down for 5 min 6 s: gone",
                "  4 workers lost over requests",
            ]
        )
    }

    @Test func `a daemon that is gone is said to be, with what it said last`() throws {
        let absence = TopView.Moment.absent(reason: "Connection refused", milliseconds: 65_000, last: nil)
        #expect(
            Self.text(absence)
                == "saslauthd has not answered for 1 min 5 s: Connection refused\nWaiting for it to come back.\n"
        )
        let last = try Self.report()
        #expect(
            Self.text(.absent(reason: "x", milliseconds: 0, last: last)) == """
                saslauthd has not answered for 0 s: x
                Waiting for it to come back.

                Its last answer: process 4711, up 1 d 2 h
                requests  3 in flight, 2 waiting for a worker, 3 for their turn
                clients   7 of 1024 connected, 1 waiting for a slot

                """
        )
    }

    @Test(arguments: [0, 1, 2, 7, 40, 79, 80, 81, 1000])
    func `no line is wider than the terminal`(width: Int) throws {
        let report = try Self.report {
            $0.mechanisms[0].outage = TopReport.Outage(milliseconds: 1, reason: String(repeating: "ü", count: 500))
            $0.mechanisms[0].accepted = 1 << 47
        }
        for moment in [
            TopView.Moment.answered(earlier: nil, later: report), .absent(reason: "why", milliseconds: 1, last: report),
        ] {
            #expect(TopView(moment, width: width).lines.allSatisfy { $0.text.count <= width })
        }
    }

    @Test func `nothing that a client or a server has sent moves the cursor`() throws {
        let report = try Self.report {
            $0.version = "1\u{1B}[2J"
            $0.mechanisms[0].route = "x\r\n\u{9B}31m"
            $0.mechanisms[0].outage = TopReport.Outage(
                milliseconds: 1,
                reason: "a\u{1B}]0;t\u{7}b\u{202E}c\u{2028}\u{0}"
            )
        }
        for moment in [
            TopView.Moment.answered(earlier: nil, later: report),
            .absent(reason: "\u{1B}c\u{8}", milliseconds: 1, last: report),
        ] {
            for scalar in Self.text(moment).unicodeScalars where scalar != "\n" {
                #expect(scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value) && scalar != "\u{202E}")
                #expect(scalar != "\u{2028}")
            }
        }
        #expect(Self.text(.answered(earlier: nil, later: report)).contains("  down for 0 s: a\\x1b]0;t\\x07b"))
    }

    @Test(arguments: [
        (0, "0.0"), (0.05, "0.05"), (1.25, "1.25"), (2.5, "2.5"), (3.15, "3.15"), (9.99, "9.99"), (12.34, "12.3"),
        (99.94, "99.9"), (99.96, "100"), (31_500, "31500"), (120_400, "120k"), (3_600_000, "4M"), (.infinity, "-"),
        (1e300, "1000000000M"),
    ])
    func `numbers have as many digits as say something`(value: Double, text: String) {
        #expect(TopView.number(value) == text)
    }
}
