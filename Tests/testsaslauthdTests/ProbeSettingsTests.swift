import Authentication
import Testing

@testable import testsaslauthd

@Suite struct ProbeSettingsTests {
    @Test func `the defaults are Cyrus's`() throws {
        let settings = try ProbeSettings(words: ["-u", "alice"])
        #expect(settings.login == "alice")
        #expect(settings.service == "imap")
        #expect(settings.realm == "")
        #expect(settings.address == nil)
        #expect(settings.socket == "/var/run/saslauthd/mux")
        #expect(settings.repetitions == 1)
        #expect(settings.concurrency == nil)
    }

    @Test func `every option is understood, and other words are ignored`() throws {
        let settings = try ProbeSettings(
            words: [
                "word", "-u", "-u", "-p", "", "-r", "example.org", "-s", "smtp", "-f", "/mux", "-R", "7",
                "--address", "192.0.2.1;49152", "--concurrency", "8", "--", "-q",
            ]
        )
        #expect(settings.login == "-u")
        #expect(settings.realm == "example.org")
        #expect(settings.service == "smtp")
        #expect(settings.socket == "/mux")
        #expect(settings.repetitions == 7)
        #expect(settings.address == "192.0.2.1;49152")
        #expect(settings.concurrency == 8)
    }

    @Test func `-a is --address, and the last value of an option wins`() throws {
        let settings = try ProbeSettings(words: ["-u", "a", "-a", "x", "-a", "", "-s", "one", "-s", "--"])
        #expect(settings.address == "")
        #expect(settings.service == "--")
    }

    @Test(arguments: [("0", 1), ("abc", 1), ("", 1), ("3x", 3), (" 4", 4), ("-1", -1)])
    func `repetitions are read as atoi does, and 0 is 1`(text: String, number: Int) throws {
        #expect(try ProbeSettings(words: ["-u", "a", "-R", text]).repetitions == number)
    }

    @Test(arguments: ["0", "-1", "65537", "many"])
    func `an invalid concurrency is refused`(text: String) {
        #expect(throws: ProbeUsageError.self) { try ProbeSettings(words: ["-u", "a", "--concurrency", text]) }
    }

    @Test func `a missing name prints only the usage`() {
        #expect(throws: ProbeUsageError("")) { try ProbeSettings(words: ["-p", ""]) }
    }

    @Test func `an unknown long option is named`() throws {
        let error = #expect(throws: ProbeUsageError.self) { try ProbeSettings(words: ["-u", "a", "--help"]) }
        #expect(try #require(error).message.contains("--help"))
    }
}
