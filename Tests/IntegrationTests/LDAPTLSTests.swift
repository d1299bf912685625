import Foundation
import TestSupport
import Testing

/// TLS with slapd: whom the mechanism trusts with passwords.
struct LDAPTLSTests {
    private let certificates: TestCertificates

    init() throws { certificates = try TestCertificates() }

    private func server(_ certificate: String, _ lines: [String] = []) throws -> DirectoryServer {
        var options = DirectoryServer.Options()
        options.certificate = certificate
        options.lines = lines
        return try DirectoryServer(options)
    }

    /// Settings for ldaps, and for StartTLS.
    private func ways(_ server: DirectoryServer) -> [String] {
        [
            LDAPDaemon.usual(server.secureURL),
            LDAPDaemon.usual(server.url) + "ldap_start_tls: yes\n",
        ]
    }

    private var trust: String { "ldap_tls_cacert_file: \(certificates.authority)\n" }

    /// Checks that no password was sent: there was no bind.
    private func expectNothingSent(_ server: DirectoryServer) {
        #expect(server.count("BIND dn=") == 0, "\(server.log)")
    }

    @Test(arguments: ["yes", "demand", "hard", "try", ""])
    func `a server is asked if its authority, name and dates are right`(check: String) throws {
        let server = try server(certificates.certificate(for: "127.0.0.1"))
        let word = check.isEmpty ? "" : "ldap_tls_check_peer: \(check)\n"
        for settings in ways(server) {
            let bed = try LDAPDaemon(settings: settings + word + trust)
            #expect(try bed.login() == .accepted, "\(bed.log)")
            #expect(try bed.login("alice", "wrong") == .refused, "\(bed.log)")
            #expect(try bed.check("alice").contains(": TLS: TLS1.3 "))
        }
    }

    @Test(arguments: ["authority", "name", "dates"])
    func `a server with a wrong certificate gets no password`(fault: String) throws {
        let name = fault == "name" ? "dc1.ad.example" : "127.0.0.1"
        let server = try server(certificates.certificate(for: name, days: fault == "dates" ? -1 : 2))
        let trust = fault == "authority" ? "ldap_tls_cacert_file: \(certificates.stranger)\n" : trust
        for settings in ways(server) {
            for check in ["yes", "Yes", "demand", "try", ""] {
                let word = check.isEmpty ? "" : "ldap_tls_check_peer: \(check)\n"
                let bed = try LDAPDaemon(settings: settings + word + trust)
                #expect(try bed.login() == .unavailable, "\(check): \(bed.log)")
                #expect(try bed.login("alice", "wrong") == .unavailable, "\(check): \(bed.log)")
                #expect(bed.logs("TLS: "), "\(bed.log)")
            }
        }
        expectNothingSent(server)
        for settings in ways(server) {
            for check in ["no", "never", "allow"] {
                let bed = try LDAPDaemon(settings: settings + "ldap_tls_check_peer: \(check)\n" + trust)
                #expect(try bed.login() == .accepted, "\(check): \(bed.log)")
                #expect(try bed.login("alice", "wrong") == .refused, "\(check): \(bed.log)")
                #expect(bed.logs("certificates are not checked"), "\(bed.log)")
            }
        }
    }

    @Test func `advice on a wrong certificate names the settings`() throws {
        let server = try server(certificates.certificate(for: "dc1.ad.example"))
        let bed = try LDAPDaemon(settings: LDAPDaemon.usual(server.secureURL) + trust)
        let output = try bed.check("alice")
        #expect(output.contains("no verdict: \(server.secureURL): TLS: "), "\(output)")
        #expect(output.contains("check that the name in ldap_servers is in the server's certificate"), "\(output)")
        #expect(output.hasSuffix("the client would get: a temporary failure (exit status 2)\n"), "\(output)")
    }

    @Test func `a server of the right name is asked while the other one's certificate is wrong`() throws {
        let wrong = try server(certificates.certificate(for: "dc1.ad.example"))
        let right = try server(certificates.certificate(for: "127.0.0.1"))
        let bed = try LDAPDaemon(
            settings: LDAPDaemon.usual("\(wrong.secureURL) \(right.secureURL)") + trust
        )
        #expect(try bed.login() == .accepted, "\(bed.log)")
        #expect(try bed.login("alice", "wrong") == .refused, "\(bed.log)")
        #expect(bed.logs("\(wrong.secureURL) failed, skipping it for 10 s: TLS: "), "\(bed.log)")
        expectNothingSent(wrong)
    }

    @Test(arguments: ["TLS1.0", "TLS1.1"])
    func `a server that knows only an old version of TLS is not asked`(version: String) throws {
        let server = try server(
            certificates.certificate(for: "127.0.0.1"),
            ["TLSCipherSuite NORMAL:-VERS-ALL:+VERS-\(version):%COMPAT"]
        )
        for settings in ways(server) {
            for check in ["yes", "no"] {
                let bed = try LDAPDaemon(settings: settings + "ldap_tls_check_peer: \(check)\n" + trust)
                #expect(try bed.login() == .unavailable, "\(bed.log)")
                #expect(bed.logs("TLS: "), "\(bed.log)")
            }
        }
        expectNothingSent(server)
        // It is the version that keeps it from being asked.
        let bed = try LDAPDaemon(
            settings: LDAPDaemon.usual(server.secureURL) + trust + "ldap_tls_ciphers: NORMAL:+VERS-\(version)\n"
        )
        #expect(try bed.login() == .accepted, "\(bed.log)")
    }

    @Test(arguments: ["yes", "no"])
    func `a server without StartTLS gets no password`(check: String) throws {
        let server = try DirectoryServer()
        let bed = try LDAPDaemon(
            settings: LDAPDaemon.usual(server.url) + "ldap_start_tls: yes\nldap_tls_check_peer: \(check)\n"
        )
        #expect(try bed.login() == .unavailable, "\(bed.log)")
        #expect(bed.logs("StartTLS: "), "\(bed.log)")
        // StartTLS was asked for, and nothing after it.
        #expect(waitUntil { server.count("oid=1.3.6.1.4.1.1466.20037") > 0 }, "\(server.log)")
        #expect(server.count("BIND dn=") + server.count("SRCH base=") == 0, "\(server.log)")
    }

    @Test func `a server that speaks ldaps on the port of ldap, or the other way round, gets no password`() throws {
        let server = try server(certificates.certificate(for: "127.0.0.1"))
        for url in [
            server.url.replacing("ldap:", with: "ldaps:"), server.secureURL.replacing("ldaps:", with: "ldap:"),
        ] {
            let bed = try LDAPDaemon(settings: LDAPDaemon.usual(url) + trust + "ldap_timeout: 1\n")
            #expect(try bed.login() == .unavailable, "\(bed.log)")
        }
        expectNothingSent(server)
    }

    @Test func `a socket of this machine is asked without TLS`() throws {
        let server = try server(certificates.certificate(for: "127.0.0.1"))
        for lines in ["", "ldap_start_tls: yes\n" + trust] {
            let bed = try LDAPDaemon(settings: LDAPDaemon.usual(server.localURL) + lines)
            #expect(try bed.login() == .accepted, "\(bed.log)")
            #expect(try bed.login("alice", "wrong") == .refused, "\(bed.log)")
            #expect(!bed.log.contains("unencrypted"), "\(bed.log)")
        }
        server.stop()
        let bed = try LDAPDaemon(settings: LDAPDaemon.usual(server.localURL))
        #expect(try bed.login() == .unavailable, "\(bed.log)")
    }

    // MARK: The client's certificate

    @Test(.enabled(if: geteuid() == 0, "a worker that gives up root needs root"))
    func `a key of the client that only root can read is used by a worker that is not root`() throws {
        let server = try server(
            certificates.certificate(for: "127.0.0.1"),
            ["TLSCACertificateFile \(certificates.authority)", "TLSVerifyClient demand"]
        )
        // Certificate and key in one file.
        let own = try certificates.certificate(for: "mail.example.org")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: own)
        for settings in ways(server) {
            let bed = try LDAPDaemon(settings: settings + trust + "ldap_tls_cert: \(own)\nldap_tls_key: \(own)\n")
            #expect(try bed.login() == .accepted, "\(bed.log)")
            #expect(try bed.login("alice", "wrong") == .refused, "\(bed.log)")
            let worker = try #require(bed.workers.first)
            let status = try String(contentsOfFile: "/proc/\(worker)/status", encoding: .utf8)
            #expect(!status.contains("Uid:\t0"), "\(status)")
            // Its successor reads the key again.
            kill(worker, SIGKILL)
            #expect(bed.daemon.wait { bed.workers.first.map { $0 != worker } == true })
            #expect(try bed.login() == .accepted, "\(bed.log)")
            #expect(try bed.login("alice", "wrong") == .refused, "\(bed.log)")
        }
        let binds = server.count("BIND dn=")
        for settings in ways(server) {
            let bed = try LDAPDaemon(settings: settings + trust)
            #expect(try bed.login() == .unavailable, "\(bed.log)")
            #expect(bed.logs("auth unavailable: "), "\(bed.log)")
        }
        #expect(server.count("BIND dn=") == binds, "\(server.log)")
    }

    @Test func `a key that does not belong to the certificate keeps the daemon from starting`() throws {
        let folder = try MariaDBFiles.folder()
        let own = try certificates.certificate(for: "mail.example.org")
        let other = try certificates.certificate(for: "www.example.org")
        let text =
            LDAPDaemon.usual("ldaps://127.0.0.1:1/") + trust + "ldap_tls_cert: \(own)\nldap_tls_key: \(other).key\n"
        try text.write(toFile: folder.path("conf"), atomically: false, encoding: .utf8)
        let result = try Command(
            Programs.path("saslauthd"),
            ["-a", "ldap", "-O", folder.path("conf"), "--check", "alice"]
        ).run(input: "secret\n")
        #expect((result.output + result.complaints).contains("the key does not belong to the certificate"), "\(result)")
        #expect(result.status != 0)
    }
}
