internal import Foundation
internal import Synchronization

/// Servers for all tests that do not change them; they are removed after the tests.
package final class SharedDirectory: Sendable {
    /// A server with StartTLS, ldaps and ldapi, and one without TLS.
    package let secure: DirectoryServer
    package let plain: DirectoryServer
    /// The certificate of the authority of `secure`, and of one that has signed nothing.
    package let authority: String
    package let stranger: String
    private let certificates: LastingCertificates

    private init() throws {
        certificates = try LastingCertificates()
        (authority, stranger) = (certificates.authority, certificates.stranger)
        var options = DirectoryServer.Options()
        options.certificate = certificates.server
        secure = try DirectoryServer(options)
        plain = try DirectoryServer()
    }

    package static let servers = Result {
        let servers = try SharedDirectory()
        lasting.withLock { $0 = servers }
        atexit {
            guard let servers = SharedDirectory.lasting.withLock({ $0.take() }) else { return }
            for server in [servers.secure, servers.plain] {
                server.crash()
                try? FileManager.default.removeItem(at: server.folder.url)
            }
            servers.certificates.remove()
        }
        return servers
    }

    private static let lasting = Mutex<SharedDirectory?>(nil)

    /// `settings` with what stands for servers and files in it: `$URL`, `$LDAPS`, `$LDAPI`, `$PLAIN`, `$DEAD`, `$CA`,
    /// `$STRANGER`, and `$CERTIFICATE`, a certificate of the authority with its key.
    package func filled(_ settings: String) -> String {
        let values = [
            ("$URL", secure.url), ("$LDAPS", secure.secureURL), ("$LDAPI", secure.localURL), ("$PLAIN", plain.url),
            // A port on which nothing listens.
            ("$DEAD", "ldap://127.0.0.1:1/"), ("$STRANGER", stranger),
            ("$CERTIFICATE", certificates.server), ("$CA", authority),
        ]
        return values.reduce(settings) { $0.replacing($1.0, with: $1.1) }
    }
}

/// The paths of certificates.
private struct LastingCertificates: Sendable {
    let authority: String
    let stranger: String
    let server: String
    private let folder: TemporaryFolder

    init() throws {
        let certificates = try TestCertificates()
        folder = try MariaDBFiles.folder()
        authority = folder.path("authority.pem")
        stranger = folder.path("stranger.pem")
        server = folder.path("server.pem")
        let paths = try [
            (certificates.authority, authority), (certificates.stranger, stranger),
            (certificates.certificate(for: "127.0.0.1"), server),
        ]
        for (from, to) in paths { try FileManager.default.copyItem(atPath: from, toPath: to) }
    }

    func remove() { try? FileManager.default.removeItem(at: folder.url) }
}
