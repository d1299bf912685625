import Foundation
import HashVectors
import PasswordHash
import TestSupport
import Testing

/// Hashes of every scheme in a real table, asked through the socket.
struct MySQLHashTests {
    let server: MariaDB

    init() throws {
        server = try MariaDB.shared.get()
    }

    private func start(_ settings: String) throws -> Daemon {
        let credentials = "user=mail passwd=\(MariaDB.readersPassword) host=\(server.socket) db=mail"
        return try Daemon.ours("mysql", "\(credentials) \(settings)")
    }

    private func ask(_ daemon: Daemon, _ login: String, _ password: [UInt8]) throws -> MuxClient.Answer {
        let client = try MuxClient(daemon.socket)
        try client.send(MuxClient.request(Array(login.utf8), password, Array("smtp".utf8), []))
        return try client.answer()
    }

    /// The table `schemes` holds each of the vectors under its number, and each is told apart by it.
    @Test func `every scheme that other programs write has its right password, and no other`() throws {
        let rows = Vector.all.enumerated().map { number, vector in
            "(\(number), 0x\(vector.stored.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()))"
        }
        try server.sql(
            "CREATE TABLE schemes (number INT, hash VARCHAR(4096) CHARACTER SET latin1); INSERT INTO schemes VALUES "
                + rows.joined(separator: ", "),
            database: "mail"
        )
        let query = "[query=SELECT hash FROM schemes WHERE number = %u]"
        for (scheme, vectors) in Dictionary(grouping: Vector.all.enumerated(), by: \.element.configured) {
            let daemon = try start("\(query) allow_weak=1" + (scheme.map { " scheme=\($0.name)" } ?? ""))
            for (number, vector) in vectors {
                #expect(try ask(daemon, "\(number)", vector.password.bytes) == .text("OK"), "\(vector)")
                let wrong: [UInt8] = [UInt8(ascii: "x")] + vector.password.bytes.dropFirst()
                #expect(try ask(daemon, "\(number)", wrong) == .text("NO Incorrect password"), "\(vector)")
            }
        }
    }

    /// By the functions of the server itself, where it has them, and else from pam_mysql's documentation.
    @Test(arguments: [
        ("0", "'secret'"), ("plain", "'secret'"),
        (
            "1",
            "'$6$Ambw1zh.4vwHikpB$YeU.vzuGA0U6lg303KDxERPzsq7RHZW/bsfUIgJcv9hjIHMob6xfj5mXD4urjq73mrGgWTjGJ7WySM2h41esT.'"
        ),
        ("Y", "ENCRYPT('secret', '$1$saltsalt$')"), ("1", "ENCRYPT('secret', 'sa')"),
        ("2", "PASSWORD('secret')"), ("mysql", "PASSWORD('secret')"), ("2 use_323_passwd=1", "OLD_PASSWORD('secret')"),
        ("3", "MD5('secret')"), ("md5", "UPPER(MD5('secret'))"),
        ("4", "SHA1('secret')"), ("sha1", "SHA('secret')"),
        ("5", "'$S$DabcdefgHfXMbf9OyFMSVcS/N49jwADQzIK0dANyHgtR3O0rUTzK'"),
        ("drupal7", "'$P$BabcdefgHbgw1burx8JUOwSRIbvbtf1'"),
        ("6", "CONCAT(MD5(CONCAT('secret', 'abcdefghijklmnop')), ':abcdefghijklmnop')"),
        ("7", "TO_BASE64(CONCAT(UNHEX(SHA1(CONCAT('secret', 'salt'))), 'salt'))"),
        ("8", "SHA2('secret', 512)"), ("9", "SHA2('secret', 256)"),
        ("10", "'$2y$05$YAaFdb6bbAQNX0Ec41vM6u14aZIMIR/XFk85frZE3jwyOK5vjtlZe'"),
    ])
    func `every value of pam_mysql's crypt has its right password, and no other`(crypt: String, hash: String) throws {
        let table = "crypt_" + UUID().uuidString.filter { $0 != "-" }
        try server.sql(
            "CREATE TABLE \(table) (login VARCHAR(64), hash VARCHAR(255)); INSERT INTO \(table) VALUES ('alice', \(hash))",
            database: "mail"
        )
        let daemon = try start("table=\(table) usercolumn=login passwdcolumn=hash crypt=\(crypt)")
        #expect(try ask(daemon, "alice", Array("secret".utf8)) == .text("OK"))
        #expect(try ask(daemon, "alice", Array("Secret".utf8)) == .text("NO Incorrect password"))
        #expect(try ask(daemon, "alice", Array("secretx".utf8)) == .text("NO Incorrect password"))
        #expect(try ask(daemon, "bob", Array("secret".utf8)) == .text("NO Incorrect password"))
    }
}
