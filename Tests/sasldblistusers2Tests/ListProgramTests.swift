import Foundation
import TestSupport
import Testing

@testable import sasldblistusers2

/// The program, compared with that of Cyrus SASL.
@Suite struct ListProgramTests {
    static let ours = Command.built("sasldblistusers2")
    static let theirs = "/usr/sbin/sasldblistusers2"

    let folder: TemporaryFolder
    var path: String { folder.path("sasldb2") }

    init() throws {
        folder = try TemporaryFolder()
        for user in ["alice@example.org", "a@b@c", "m\u{FC}ller@example.org", "a[b]\\@"] {
            try Command("/usr/sbin/saslpasswd2", "-f", path, user).run(input: "secret")
        }
    }

    @Test func `the list is that of Cyrus`() throws {
        for arguments in [[path], ["-f", path], ["-f\(path)"]] {
            let theirs = try Command(Self.theirs, arguments).run()
            #expect(try Command(Self.ours, arguments).run() == theirs)
            #expect(theirs.status == 0)
        }
    }

    @Test(arguments: [["-h"], ["a", "b"], ["-q"], ["-f"], ["-f", "x", "y"]])
    func `wrong usage gives the usage and 1, as with Cyrus`(arguments: [String]) throws {
        let theirs = try Command(Self.theirs, arguments).run()
        let ours = try Command(Self.ours, arguments).run()
        #expect(ours.status == theirs.status)
        #expect(ours.output == theirs.output)
        #expect(ours.complaints.contains("sasldblistusers2: usage: sasldblistusers2 [-v] [[-f] sasldb]\n"))
        let isUnknown = theirs.complaints.hasSuffix("Unrecognized command line option\n")
        #expect(ours.complaints.hasSuffix("Unrecognized command line option\n") == isUnknown)
    }

    @Test(arguments: [["-v"], ["-v", "-q"], ["-v", "a", "b"]])
    func `the version has two lines after the notice`(arguments: [String]) throws {
        let ours = try Command(Self.ours, ["-v"]).run()
        let theirs = try Command(Self.theirs, ["-v"]).run()
        #expect(ours.status == theirs.status)
        #expect(ours.complaints.split(separator: "\n").count == theirs.complaints.split(separator: "\n").count)
        #expect(ours.complaints.contains("\nBuilt against SASL API version 2.1.28\nLibSasl version 2.1.28 by "))
    }

    @Test func `failure has an exit code, unlike with Cyrus`() throws {
        let result = try Command(Self.ours, folder.path("missing")).run()
        #expect(result.status == 1)
        #expect(result.complaints.hasPrefix("listusers failed: "))
        try Data().write(to: URL(fileURLWithPath: folder.path("empty")))
        #expect(try Command(Self.ours, folder.path("empty")).run().status == 1)
    }

    @Test func `an invalid key is skipped, and the list ends`() throws {
        let load = "VERSION=3\nformat=print\ntype=hash\nHEADER=END\n odd\n x\n a\\00b\\00userPassword\n x\nDATA=END\n"
        try Command("/usr/bin/db5.3_load", folder.path("odd")).run(input: load)
        let result = try Command(Self.ours, folder.path("odd")).run()
        #expect(result.output == "a@b: userPassword\n")
        #expect(result.complaints.contains("skipped 1"))
        #expect(result.status == 0)
    }

    @Test func `nothing of a damaged file is printed, although libdb itself would print the page`() throws {
        var load = "VERSION=3\nformat=print\ntype=hash\nHEADER=END\n"
        for number in 100..<400 { load += " user\(number)\\00example.org\\00userPassword\n hidden-word\n" }
        let damaged = folder.path("damaged")
        try Command("/usr/bin/db5.3_load", damaged).run(input: load + "DATA=END\n")
        // Keys stand in their order on a page; these no longer do.
        var bytes = try Data(contentsOf: URL(fileURLWithPath: damaged))
        for number in stride(from: 100, to: 400, by: 10) {
            let place = try #require(bytes.range(of: Data("user\(number)".utf8)))
            bytes[place.lowerBound] = UInt8(ascii: "z")
        }
        try bytes.write(to: URL(fileURLWithPath: damaged))
        #expect(try Command("/usr/bin/db5.3_verify", damaged).run().output.contains("hidden-word"))
        let result = try Command(Self.ours, damaged).run()
        #expect(result.status == 1 && result.output == "")
        #expect(result.complaints.hasPrefix("listusers failed: "))
        #expect(!result.complaints.contains("hidden"))
    }

    @Test func `a full disk is a failure`() throws {
        let result = try Command("/bin/sh", "-c", "\(Self.ours) \(path) >/dev/full").run()
        #expect(result.status == 1)
    }
}
