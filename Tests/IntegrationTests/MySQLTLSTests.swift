import Foundation
import TestSupport
import Testing

struct MySQLTLSTests {
    /// Certificates of a CA for 127.0.0.1 and for another name, and one of another CA; `openssl` makes them once.
    private static let certificates = Result {
        let folder = try MariaDBFiles.lastingFolder()
        let script = """
            set -e
            cd "$1"
            ca() {
                openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" -keyout $1.key -out $1.pem
            }
            issue() {
                openssl req -newkey rsa:2048 -nodes -subj /CN=$1 -keyout $1.key -out $1.csr
                printf 'subjectAltName=%s\\n' "$2" >$1.ext
                openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile $1.ext -out $1.pem
            }
            ca ca
            ca stranger
            issue server DNS:localhost,IP:127.0.0.1
            issue elsewhere DNS:db.example.org
            issue client DNS:client.example.org
            chmod 644 *
            """
        let result = try Command("/bin/sh", "-c", script, "sh", folder.url.path).run()
        guard result.status == 0 else { throw MariaDBFailure(description: result.complaints) }
        return folder
    }

    private let files: TemporaryFolder

    init() throws {
        files = try Self.certificates.get()
    }

    private func server(_ name: String) throws -> MariaDB {
        let server = try MariaDB(
            "--ssl-ca=\(files.path("ca.pem"))",
            "--ssl-cert=\(files.path("\(name).pem"))",
            "--ssl-key=\(files.path("\(name).key"))"
        )
        try MySQLFailoverTests.fill(server)
        return server
    }

    /// What comes of a login with the settings `tls`, and what the log says of it.
    private func login(_ server: MariaDB, _ tls: String, says words: String) throws -> MuxClient.Answer {
        let daemon = try MySQLFailoverTests.start(server.address, tls)
        let answer = try daemon.ask("alice", "secret", "smtp", "")
        #expect(daemon.wait { daemon.log.contains(words) }, "\(tls): \(daemon.log)")
        #expect(!daemon.log.contains(MariaDB.readersPassword))
        return answer
    }

    @Test func `a server whose certificate is of the right CA and name is asked by TLS, and no other`() throws {
        let right = try server("server")
        let ca = "ssl_ca=\(files.path("ca.pem"))"
        #expect(try login(right, ca, says: "querying \(right.address), by TLS (TLS") == .text("OK"))
        #expect(try login(right, "", says: "querying \(right.address)\n") == .text("OK"))
        #expect(try login(right, "ssl_mode=REQUIRED", says: ", by TLS (") == .text("OK"))
        #expect(try login(right, "ssl_mode=VERIFY_IDENTITY \(ca)", says: ", by TLS (") == .text("OK"))
        #expect(try login(right, "ssl_mode=PREFERRED", says: ", by TLS (") == .text("OK"))
        let strange = "ssl_ca=\(files.path("stranger.pem"))"
        #expect(try login(right, strange, says: "[reason=TLS/SSL error") == MySQLTests.unavailable)
        #expect(try login(right, "\(strange) ssl_verify=no", says: ", by TLS (") == .text("OK"))
        #expect(try login(right, "ssl_ca=/nowhere/ca.pem", says: "[reason=TLS/SSL error") == MySQLTests.unavailable)
        #expect(try login(right, "ssl_verify=yes", says: "[reason=TLS/SSL error") == MySQLTests.unavailable)
        // A certificate of ours, where the server asks for one.
        try right.sql("ALTER USER mail@'%' REQUIRE X509;")
        let own = "ssl_cert=\(files.path("client.pem")) ssl_key=\(files.path("client.key"))"
        #expect(try login(right, "\(ca) \(own)", says: ", by TLS (") == .text("OK"))
        #expect(try login(right, ca, says: "[reason=Access denied") == MySQLTests.unavailable)
    }

    @Test func `another name, and a server without TLS, is not asked`() throws {
        let ca = "ssl_ca=\(files.path("ca.pem"))"
        let elsewhere = try server("elsewhere")
        #expect(try login(elsewhere, ca, says: "[reason=TLS/SSL error") == MySQLTests.unavailable)
        #expect(try login(elsewhere, "\(ca) ssl_verify=no", says: ", by TLS (") == .text("OK"))
        elsewhere.stop()
        try elsewhere.start("--skip-ssl")
        for settings in [ca, "\(ca) ssl_verify=no", "ssl_mode=REQUIRED"] {
            #expect(try login(elsewhere, settings, says: "[reason=TLS/SSL error") == MySQLTests.unavailable)
        }
        #expect(try login(elsewhere, "ssl_mode=PREFERRED", says: "querying \(elsewhere.address)\n") == .text("OK"))
        #expect(try login(elsewhere, "ssl_mode=DISABLED \(ca)", says: "querying \(elsewhere.address)\n") == .text("OK"))
    }
}
