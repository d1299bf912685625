import Authentication
import Foundation
import TestSupport
import Testing

@testable import CommandLine

/// Command lines with `--settings`.
@Suite struct SettingsRequestTests {
    let folder: TemporaryFolder
    let file: String

    init() throws {
        folder = try TemporaryFolder()
        file = folder.path("settings")
    }

    private func settings(_ text: String, _ arguments: String...) throws -> Settings? {
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        guard case .serve(let settings) = try Settings.request(["--settings", file] + arguments) else { return nil }
        return settings
    }

    private func complaint(_ text: String, _ arguments: String...) throws -> String {
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        do throws(UsageError) {
            _ = try Settings.request(["--settings=\(file)"] + arguments)
            return "none"
        } catch {
            return error.message.replacingOccurrences(of: folder.url.path, with: "")
        }
    }

    @Test func `the command line comes after the file and wins`() throws {
        let settings = try settings("MECH=sasldb\nFLAGS='-c -n 7 -O x -m /a'\nOTHER=1", "-n", "3", "-m", "/b", "-f")
        #expect(settings?.mechanismNames == "sasldb")
        #expect(settings?.service.caches == true)
        #expect(settings?.service.workers == 3)
        #expect(settings?.mechanisms.first?.option == "x")
        #expect(settings?.directories == ["/a", "/b"])
        #expect(settings?.isForeground == true)
        #expect(settings?.file?.ignored == ["OTHER"])
    }

    @Test func `a number on the command line takes the place of one in the file that is out of range`() throws {
        #expect(try settings("MECH=pam\nTHREADS=5000", "-n", "3")?.service.workers == 3)
    }

    @Test func `the description names the place of each option in the file`() throws {
        let settings = try settings("MECH=pam\nFLAGS='-c -t 60'", "-r")
        let places = try #require(settings).description.map { $0.replacingOccurrences(of: folder.url.path, with: "") }
        #expect(
            places == [
                "-a pam (/settings:1: MECH)", "-c (/settings:2: FLAGS)", "-t 60 (/settings:2: FLAGS)",
                "--settings \(file)".replacingOccurrences(of: folder.url.path, with: ""), "-r",
            ]
        )
    }

    @Test func `an option that belongs to one in the file is fine`() throws {
        #expect(try settings("MECH=sasldb\nFLAGS=-c", "--cache-grace", "60")?.service.cacheGrace == 60)
    }

    @Test func `the first file that is there counts, and one may be missing`() throws {
        try "MECH=shadow".write(toFile: file, atomically: true, encoding: .utf8)
        let other = folder.path("other")
        try "MECH=pam".write(toFile: other, atomically: true, encoding: .utf8)
        let missing = "-" + folder.path("missing")
        guard
            case .serve(let settings) = try Settings.request([
                "--settings", missing, "--settings", "-" + file, "--settings", other,
            ])
        else { throw UsageError("it does not serve") }
        #expect(settings.mechanismNames == "shadow")
        guard case .serve(let plain) = try Settings.request(["--settings", missing, "-a", "pam"]) else {
            throw UsageError("it does not serve")
        }
        #expect(plain.mechanismNames == "pam")
        #expect(
            throws: UsageError(
                "--settings /nonexistent: No such file or directory; --settings -/nonexistent allows it to be missing",
                showsUsage: false
            )
        ) {
            try Settings.request(["--settings", "/nonexistent", "-a", "pam"])
        }
        #expect(
            throws: UsageError(
                "no authentication mechanism specified (no settings file found: -/nonexistent)",
                showsUsage: false
            )
        ) {
            try Settings.request(["--settings", "-/nonexistent"])
        }
    }

    @Test(arguments: ["-default", "-aconf", "-Oconf", "-mconf", "-cr", "-V"])
    func `an optional file can have any name, those of options among them`(name: String) throws {
        try "MECH=shadow\nFLAGS=-c".write(
            toFile: folder.path(String(name.dropFirst())),
            atomically: true,
            encoding: .utf8
        )
        let here = WorkingFolder(path: folder.url.path)
        for words in [["--settings", name], ["--settings=\(name)"]] {
            guard case .serve(let settings) = try Settings.request(words + ["-n", "3"], in: here) else {
                throw UsageError("it does not serve")
            }
            #expect(settings.mechanismNames == "shadow")
            #expect(settings.mechanisms.count == 1)
            #expect(settings.service.workers == 3)
            #expect(settings.service.isVerbose == false)
        }
    }

    @Test func `relative paths are those of the folder where the daemon was started`() throws {
        try "MECH=pam\nFLAGS='--mechanism-directory lib'".write(toFile: file, atomically: true, encoding: .utf8)
        let here = WorkingFolder(path: folder.url.path)
        guard case .serve(let settings) = try Settings.request(["--settings", "settings"], in: here) else {
            throw UsageError("it does not serve")
        }
        #expect(settings.file?.path == file)
        #expect(settings.mechanismDirectory == folder.path("lib"))
        #expect(
            throws: UsageError(
                "--settings settings: use an absolute path; the current directory is unknown",
                showsUsage: false
            )
        ) {
            try Settings.request(["--settings", "settings"], in: WorkingFolder(path: nil))
        }
    }

    @Test func `what is wrong in the file is told with file, line and name`() throws {
        #expect(
            try complaint("# one\nMECH=pam\nFLAGS=\"-n five\"")
                == "/settings:3: FLAGS: -n five is not a number from 0 to 1024"
        )
        #expect(
            try complaint("MECHANISMS=pam\nOPTIONS=-n\nFLAGS=-c")
                == "/settings:2: OPTIONS: -n: expected a number from 0 to 1024"
        )
        #expect(
            try complaint("MECHANISMS=pam\nOPTIONS='-c -T'") == "/settings:2: OPTIONS: Unknown option '-T'"
        )
        #expect(
            try complaint("MECHANISMS=pam\nOPTIONS='--cache-grace 5'")
                == "/settings:2: OPTIONS: --cache-grace requires -c"
        )
        #expect(
            try complaint("MECHANISMS=pam\nFLAGS='-c -s 0'")
                == "/settings:2: FLAGS: cache size must be positive and non zero"
        )
        #expect(
            try complaint("MECHANISMS=pam\nFLAGS='--log stderr'")
                == "/settings:2: FLAGS: --log stderr requires -f or -d: a daemon has no standard error"
        )
        #expect(
            try complaint("MECHANISMS=pam\n\nTHREADS=5000")
                == "/settings:3: THREADS: -n 5000 is out of range: 0 to 1024"
        )
        #expect(
            try complaint("OPTIONS=\"-c -m run\"\nMECHANISMS=pam")
                == "/settings:1: OPTIONS: -m requires an absolute pathname, not run"
        )
        #expect(
            try complaint("THREADS=5\nMECHANISMS=../sh")
                == "/settings:2: MECHANISMS: unknown authentication mechanism: ../sh"
        )
        #expect(
            try complaint("MECHANISMS=\nTHREADS=5")
                == "/settings:1: MECHANISMS: no authentication mechanism specified"
        )
        #expect(
            try complaint("THREADS=5") == "no authentication mechanism specified (settings file: /settings)"
        )
        #expect(
            try complaint("MECHANISMS=pam", "-m", "run")
                == "-m requires an absolute pathname, not run (settings file: /settings)"
        )
    }
}
