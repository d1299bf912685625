import Authentication
import Testing

@testable import CommandLine

/// What a command line comes to, in a form that can be compared.
private func settings(_ line: String) -> Settings? {
    guard case .serve(let settings)? = try? Settings.request(line.split(separator: " ").map(String.init)) else {
        return nil
    }
    return settings
}

private func complaint(_ line: String) -> String? {
    do throws(UsageError) {
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

    @Test(arguments: [
        "-a pam -rVn5", "-a pam -rVn 5", "-rVapam -n5", "-a pam -n=5 -r -V", "-r -n 7 -a pam -n 5 -V -- -n 9",
    ])
    func `a cluster ends with the value of its last letter`(line: String) throws {
        let asked = try #require(settings(line))
        #expect(asked.service.joinsRealm && asked.service.isVerbose && asked.service.workers == 5)
        #expect(asked.mechanismNames == "pam")
    }

    @Test(arguments: [
        ("--check", CheckTarget.daemon), ("--check alice", .login("alice")), ("--check=a@b", .login("a@b")),
        ("--check -c", .daemon), ("--check alice --check-service imap", .login("alice")),
    ])
    func `--check has a login or none`(words: String, target: CheckTarget) throws {
        let request = try Settings.request("-a pam \(words)".split(separator: " ").map(String.init))
        guard case .check(target, _) = request else { return #expect(Bool(false), "\(request)") }
    }

    @Test func `help and version are shown whatever else is given`() throws {
        guard case .help = try Settings.request(["-n", "5000", "-h"]) else { return #expect(Bool(false)) }
        guard case .version = try Settings.request(["-vm", "x"]) else { return #expect(Bool(false)) }
    }

    @Test func `options that need no more than a value are read under their names`() throws {
        let asked = try #require(
            settings(
                "-a pam --user mail --allow-user a --allow-user b --socket-mode 660 --metrics [::1]:9 --check-service=x"
            )
        )
        #expect(asked.user == "mail" && asked.allowedUsers == ["a", "b"] && asked.allowedGroups == [])
        #expect(asked.socketMode.bits == 0o660 && asked.socketGroup == nil && asked.checkedService == "x")
        #expect(asked.metrics == .internet(host: "::1", port: 9))
    }

    @Test func `the description has every option and its place, and no text of -O`() throws {
        let asked = try #require(settings("-a mysql -O passwd=word -cn5 --log-success"))
        #expect(asked.description == ["-a mysql", "-O ...", "-c", "-n 5", "--log-success"])
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
            "the cache is limited to 10000000 kilobytes (-s) and 315360000 seconds (-t)"
        ),
        ("-a sasldb --log stderr", "--log stderr requires -f or -d: a daemon has no standard error"),
        ("-a sasldb -T", "Unknown option '-T'"),
        ("-a sasldb --tiemout 5", "Unknown option '--tiemout'. Did you mean '--timeout'?"),
        ("-a sasldb --next refused", "Unknown option '--next'. Did you mean '--next-on'?"),
        ("-a sasldb --nonsense", "Unknown option '--nonsense'"),
        ("-a sasldb -n five", "-n five is not a number from 0 to 1024"),
        ("-a sasldb -n -c", "-n -c is not a number from 0 to 1024"),
        ("-a sasldb -t 8h", "-t 8h is not a number of seconds"),
        ("-a sasldb -n", "-n: expected a number from 0 to 1024"),
        ("-a sasldb --user -c", "--user: expected <name>, not -c"),
        ("-m -a sasldb", "-m requires an absolute pathname, not -a"),
        ("-a -m /a", "-a: expected the name of a mechanism, not -m"),
        ("-a sasldb --log -c", "--log: expected journal, stderr or syslog, not -c"),
        ("-a sasldb --log file", "--log file is not journal, stderr or syslog"),
        ("-a sasldb --max-memory -5", "--max-memory -5 is out of range: 0 to 1000000"),
        ("-a sasldb --log-success=yes", "--log-success takes no value, but got yes"),
        ("-a sasldb --cache-grace 5", "--cache-grace requires -c"),
        ("-a sasldb --socket-mode 1777", "--socket-mode 1777 is not an octal number from 0 to 0777"),
        (
            "-a sasldb --metrics localhost:80:80",
            "--metrics localhost:80:80: expected an address with a port, like 127.0.0.1:9717 or [::1]:9717, or an absolute path"
        ),
    ])
    func `what cannot be followed is told with what would be right`(line: String, message: String) {
        #expect(complaint(line) == message)
    }
}
