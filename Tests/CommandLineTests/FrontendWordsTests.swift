import Authentication
import Testing

@testable import CommandLine

/// What the master hands on to the frontend.
@Suite struct FrontendWordsTests {
    /// Words that give an option a value that is not its default.
    private static func example(of row: OptionRow) -> [String] {
        switch row.values {
        case .none: [row.name]
        case .number(let range, _): [row.name, String((range?.upperBound ?? 43) - 1)]
        case .choice(let words): [row.name, words.last { $0 != row.standard } ?? ""]
        case .anyText, .checked: [row.name, "text"]
        }
    }

    private func words(_ service: ServiceOptions) -> FrontendWords {
        FrontendWords(service, routes: [], listeners: 1, masterVersion: "1", since: nil)
    }

    @Test(arguments: OptionTable.serviceRows.map(\.name))
    func `each option of the table that the frontend needs arrives as it was given`(name: String) throws {
        let row = try #require(OptionTable.serviceRows.first { $0.name == name })
        let given = try ServiceOptions(words: Self.example(of: row))
        #expect(given != (try ServiceOptions(words: [])))
        var sent = words(given)
        sent.routes = ["pam"].compactMap(Route.init(optionText:))
        let received = try #require(FrontendWords(sent.words))
        #expect(received == sent)
        #expect(received.service == given)
    }

    @Test func `a number out of range that was replaced by a later one does not keep the frontend from starting`()
        throws
    {
        var sent = words(try ServiceOptions(words: ["-n", "-5", "-n", "5"]))
        sent.routes = ["pam"].compactMap(Route.init(optionText:))
        #expect(FrontendWords(sent.words) == sent)
        #expect(throws: UsageError.self) { try ServiceOptions(words: ["-n", "5", "-n", "-5"]) }
    }

    @Test func `all of them together arrive, and what the frontend is told besides`() throws {
        let service = try ServiceOptions(words: OptionTable.serviceRows.flatMap(Self.example))
        var sent = words(service)
        sent.routes = ["mysql:realm=a.org,service=smtp", "pam:realm=", "pam"].compactMap(Route.init(optionText:))
        sent.listeners = 3
        sent.dovecot = ["/a", "/b c,user=postfix,deadline=4,mechanisms=login"].compactMap(
            DovecotListener.init(optionText:)
        )
        sent.hasMetrics = true
        sent.since = .max
        sent.restarts = 7
        sent.allowedUsers = [0, .max]
        sent.allowedGroups = [5]
        #expect(sent.routes.count == 3 && sent.dovecot.count == 2)
        #expect(FrontendWords(sent.words) == sent)
    }

    @Test func `a frontend that follows others is told how many`() throws {
        var sent = words(try ServiceOptions(words: []))
        sent.routes = ["pam"].compactMap(Route.init(optionText:))
        #expect(FrontendWords(sent.words + FrontendWords.words(restarts: 0))?.restarts == 0)
        #expect(FrontendWords(sent.words + FrontendWords.words(restarts: 3))?.restarts == 3)
    }

    @Test func `nothing is handed on that only the master needs`() throws {
        let line =
            "-a mysql -O passwd=word -m /a -d --user mail --metrics /m --socket-mode 600 --allow-user root --dovecot /d -c"
        let request = try Settings.request(line.split(separator: " ").map(String.init))
        guard case .serve(let settings) = request else { return #expect(Bool(false)) }
        #expect(settings.service.words == ["-c", "-V", "--log=stderr", "--timeout=30"])
    }

    @Test func `the frontend has the defaults of the master`() throws {
        let options = try ServiceOptions(words: [])
        #expect(options.cacheSize == 2560 && options.cacheLifetime == 600 && options.cacheGrace == 0)
        #expect(options.maximumConnections == 1024 && options.maximumDelay == 8 && options.maximumField == 256)
        #expect(options.maximumMemory == 256 && options.requestTimeout == 10 && options.timeout == 30)
        #expect(options.workers == nil && options.maximumRequests == nil && options.log == nil)
        #expect(options.throttle == .on && options.nextOn == .unknown && options.unavailable == .tempfail)
        #expect(options.logFormat == .text && options.logPrefix == .blank)
        #expect(!options.caches && !options.joinsRealm && !options.isVerbose && !options.logsSuccess)
    }

    @Test(arguments: [
        "", "--mechanism=pam", "--master-version=1", "--mechanism=p/m --master-version=1",
        "--mechanism=pam --master-version=1 --new-option", "--mechanism=pam --master-version=1 --listeners=x",
        "--mechanism=pam --master-version=1 --dovecot=/a,new=1", "--mechanism=pam --master-version=1 --timeout=0",
        "--mechanism=pam --master-version=1 -a pam",
    ])
    func `words of another version are not understood`(line: String) {
        #expect(FrontendWords(line.split(separator: " ").map(String.init)) == nil)
    }
}
