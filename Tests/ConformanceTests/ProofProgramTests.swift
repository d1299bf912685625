import Foundation
import TestSupport
import Testing

/// Logins with SCRAM and CRAM-MD5 through the program of sasldb, with a client that is not ours.
@Suite struct ProofProgramTests {
    private static let asks = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Support/ask-mechanism").path
    private static let hello = "2 CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256\n"

    private let folder: TemporaryFolder
    private var path: String { folder.path("sasldb2") }

    init() throws {
        folder = try TemporaryFolder()
        for user in ["alice", "jürgen"] {
            try Command(Programs.path("saslpasswd2"), "-c", "-p", "-f", path, "-u", "example.org", user)
                .run(input: "right horse")
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    }

    private func prove(_ scheme: String, _ login: String, _ password: String, option: String = "--prove") throws
        -> String
    {
        let program = Programs.path("saslauthd-sasldb")
        let result = try Command(Self.asks, option, scheme, program, path, login, password, "smtp", "example.org")
            .run()
        return result.output + result.complaints
    }

    @Test(arguments: ["SCRAM-SHA-1", "SCRAM-SHA-256"])
    func `a client with SCRAM logs in and is sure of the server`(scheme: String) throws {
        // The salt that the daemon offered.
        let known = Self.hello + "0 4096 b2ZmZXJlZCBzYWx0\n"
        for login in ["alice", "jürgen"] {
            #expect(try prove(scheme, login, "right horse") == known + "0 \(login)@example.org right\n")
        }
        #expect(try prove(scheme, "alice", "wrong") == known + "2 alice@example.org 0 bytes\n")
        #expect(try prove(scheme, "alice", "") == known + "2 alice@example.org 0 bytes\n")
    }

    @Test func `a client with CRAM-MD5 logs in`() throws {
        #expect(try prove("CRAM-MD5", "alice", "right horse") == Self.hello + "0 alice@example.org right\n")
        #expect(try prove("CRAM-MD5", "alice", "wrong") == Self.hello + "2 alice@example.org 0 bytes\n")
        #expect(try prove("CRAM-MD5", "nobody", "password") == Self.hello + "1 0 bytes\n")
    }

    @Test(arguments: ["SCRAM-SHA-1", "SCRAM-SHA-256"])
    func `an unknown user takes the same steps`(scheme: String) throws {
        for password in ["right horse", "password"] {
            #expect(try prove(scheme, "nobody", password) == Self.hello + "1 0 \n1 0 bytes\n")
        }
    }

    @Test func `a program that was asked about a scheme that it does not offer exits without an answer`() throws {
        let program = Programs.path("saslauthd-rimap")
        for scheme in ["SCRAM-SHA-256", "CRAM-MD5"] {
            let result = try Command(
                Self.asks,
                ["--prove-unasked", scheme, program, "127.0.0.1:1", "alice", "secret", "smtp", ""]
            ).run()
            #expect(result.output + result.complaints == "2\nthe program exited\n")
        }
    }
}
