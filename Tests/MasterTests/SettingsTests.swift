import Authentication
import Options
import Testing

@testable import Master

/// What a command line comes to, in a form that can be compared.
private func settings(_ line: String) -> Settings? {
    guard case .serve(let settings)? = try? Settings.request(line.split(separator: " ").map(String.init)) else {
        return nil
    }
    return settings
}

private func complaint(_ line: String) -> String? {
    do throws(Settings.UsageError) {
        _ = try Settings.request(line.split(separator: " ").map(String.init))
        return nil
    } catch {
        return error.message
    }
}

@Suite struct SettingsTests {
    @Test func `the line of Debian's init script is understood`() {
        let settings = settings("-a pam -c -m /var/run/saslauthd -r -n 5")
        #expect(settings?.mechanisms.map(\.name) == ["pam"])
        #expect(settings?.directories == ["/var/run/saslauthd"])
        #expect(settings?.service.joinsRealm == true)
        #expect(settings?.service.workers == 5)
        #expect(settings?.isForeground == false)
    }

    @Test func `letters may be combined and values joined`() {
        let settings = settings("-crn7 -m/a -aSASLDB -O/etc/other words that are ignored")
        #expect(settings?.service.joinsRealm == true)
        #expect(settings?.service.workers == 7)
        #expect(settings?.directories == ["/a"])
        #expect(settings?.mechanisms.map(\.name) == ["sasldb"])
        #expect(settings?.mechanisms.first?.option == "/etc/other")
    }

    @Test func `several run directories, the last option, and no slash at the end`() {
        let settings = settings("-a sasldb -m /a/ -m /b// -O x -O y")
        #expect(settings?.directories == ["/a", "/b"])
        #expect(settings?.mechanisms.first?.option == "y")
    }

    @Test func `without -m it is the directory that libsasl2 has`() {
        #expect(settings("-a sasldb")?.directories == ["/var/run/saslauthd"])
    }

    @Test func `-d stays in the foreground, talks and logs to standard error; -f only stays`() {
        #expect(settings("-a sasldb -d")?.service.isVerbose == true)
        #expect(settings("-a sasldb -d")?.service.log == .stderr)
        #expect(settings("-a sasldb -f")?.service.isVerbose == false)
        #expect(settings("-a sasldb -f")?.isForeground == true)
        #expect(settings("-a sasldb -f --log syslog")?.service.log == .syslog)
        #expect(settings("-a sasldb -V")?.isForeground == false)
    }

    @Test func `what is handed to the frontend is what was asked for`() throws {
        let asked = try #require(
            settings(
                "-a sasldb -r -V -n 3 --max-requests 7 --max-memory 64 --max-field 8160 --timeout 7 --unavailable no"
            )
        )
        #expect(
            asked.service.arguments == [
                "-r", "-V", "--log", "journal", "-n", "3", "--max-requests", "7", "-s", "2560", "-t", "600",
                "--cache-grace", "0",
                "--max-memory", "64", "--max-field", "8160",
                "--max-connections", "1024", "--request-timeout", "10",
                "--timeout", "7", "--unavailable", "no", "--log-prefix", "blank",
                "--log-format", "text", "--throttle", "on", "--max-delay", "8", "--next-on", "unknown",
            ]
        )
    }

    @Test(arguments: [
        ("sasldb", 30), ("pam", 90), ("sasldb -a pam:realm=x", 90), ("other", 30), ("pam --timeout 7", 7),
    ])
    func `the time that a client waits is the longest that a mechanism may need`(words: String, seconds: Int) throws {
        #expect(try #require(settings("-a \(words)")).service.timeout == seconds)
    }

    @Test func `a run directory that is named twice is one`() {
        #expect(settings("-a pam -m /a -m /b -m /a/ -m //a -m /b//")?.directories == ["/a", "/b"])
        #expect(settings("-a pam -m /a//b/ -m /")?.directories == ["/a/b", "/"])
    }

    @Test func `what was not asked for is left to the mechanism`() throws {
        let asked = try #require(settings("-a pam"))
        #expect(asked.service.workers == nil && asked.service.maximumRequests == nil)
        #expect(asked.mechanisms[0].name.defaultWorkers == 32 && asked.mechanisms[0].name.defaultRequests == 1000)
        #expect(PluginName("sasldb").defaultWorkers == 5 && PluginName("sasldb").defaultRequests == 0)
        #expect(PluginName("other").defaultWorkers == 5 && PluginName("other").defaultRequests == 1000)
    }

    @Test(arguments: [
        ("", "no authentication mechanism specified"),
        ("-a ../sh", "unknown authentication mechanism: ../sh"),
        ("-a sasldb -m run", "-m requires an absolute pathname, not run"),
        ("-a sasldb -n -1", "-n -1 is out of range: 0 to 1024"),
        ("-a sasldb --max-field 255", "--max-field 255 is out of range: 256 to 8160"),
        ("-a sasldb --timeout 0", "--timeout 0 is out of range: 1 to 3600"),
        ("-a sasldb -c -s 0", "cache size must be positive and non zero"),
        (
            "-a sasldb -c -t 9223372036854775807",
            "the cache has 10000000 kilobytes (-s) and 315360000 seconds (-t) at the most"
        ),
        ("-a sasldb --log stderr", "--log stderr goes with -f or -d: a daemon has no standard error"),
        ("-a sasldb -T", "Unknown option '-T'"),
        ("-a sasldb -n five", "The value 'five' is invalid for '-n <number>'"),
        ("-a sasldb -n", "Missing value for '-n'"),
    ])
    func `what cannot be followed is told with what would be right`(line: String, message: String) {
        #expect(complaint(line) == message)
    }
}
