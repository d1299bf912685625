import Foundation
import TestSupport
import Testing

/// Logins while processes, limits, disks, logs and back ends fail; `make faults` runs each for a minute.
@Suite(.enabled(if: geteuid() == 0, "a private system with a small disk needs root"))
struct FaultTests {
    struct Scenario: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let words: [String]
    }

    static let scenarios = [
        Scenario(
            testDescription: "sasldb, a log whose reader stops",
            words: [
                "--mechanism", "sasldb", "--log", "pipe", "--faults", "kill,stop,descriptors,memory,log,clock,backend",
            ]
        ),
        Scenario(
            testDescription: "rimap, a full disk, no forks, reloads and masters that are killed",
            words: [
                "--mechanism", "rimap", "--log", "syslog", "--faults", "kill,disk,forks,reload,master,backend",
            ]
        ),
    ]

    /// The load is lighter than by hand, as other tests run at the same time.
    @Test(arguments: scenarios)
    func `no answer is wrong or late, none is lost without a fault, and nothing is left behind`(scenario: Scenario)
        throws
    {
        let folder = try TemporaryFolder()
        try Command("/bin/chmod", "755", folder.url.path).run()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("faults.py")
            .path
        var load = ["--seconds", "10", "--burst", "6", "--calm", "1", "--pause", "0.1", "--timeout", "20"]
        // A sanitizer keeps memory that was freed.
        if Sanitizer.current != nil { load.append("--may-grow") }
        let result = try PrivateSystem.run(
            folder,
            [script, Programs.directory, folder.url.path] + load + scenario.words
        )
        #expect(result.status == 0, "\(result.output)\(result.complaints)")
    }
}
