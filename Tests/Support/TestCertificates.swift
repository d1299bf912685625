internal import Foundation

/// An authority that tests trust, and another one, made with openssl(1).
package final class TestCertificates {
    private let folder: TemporaryFolder

    /// The certificates of the authority, and of one that has signed nothing.
    package let authority: String
    package let stranger: String

    package init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
        authority = folder.path("authority.pem")
        stranger = folder.path("stranger.pem")
        for path in [authority, stranger] {
            try Self.openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=Test authority",
                "-keyout",
                path + ".key",
                "-out",
                path
            )
        }
    }

    /// A file with a certificate for `name`, a host name or an IPv4 address, valid for `days` days, and its key.
    package func certificate(for name: String, days: Int = 2) throws -> String {
        let path = folder.path("\(name)\(days).pem")
        let (request, key, extensions) = (path + ".request", path + ".key", path + ".extensions")
        let kind = name.allSatisfy { $0.isNumber || $0 == "." } ? "IP" : "DNS"
        try Data("subjectAltName=\(kind):\(name)\n".utf8).write(to: URL(fileURLWithPath: extensions))
        try Self.openssl(
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-subj",
            "/CN=\(name)",
            "-keyout",
            key,
            "-out",
            request
        )
        try Self.openssl(
            "x509",
            "-req",
            "-in",
            request,
            "-CA",
            authority,
            "-CAkey",
            authority + ".key",
            "-CAcreateserial",
            "-days",
            String(days),
            "-extfile",
            extensions,
            "-out",
            path
        )
        try (Data(contentsOf: URL(fileURLWithPath: path)) + Data(contentsOf: URL(fileURLWithPath: key)))
            .write(to: URL(fileURLWithPath: path))
        return path
    }

    private static func openssl(_ arguments: String...) throws {
        let result = try Command("/usr/bin/openssl", arguments).run()
        guard result.status == 0 else { throw CertificateFailure(complaints: result.complaints) }
    }
}

/// openssl(1) failed.
package struct CertificateFailure: Error {
    let complaints: String
}
