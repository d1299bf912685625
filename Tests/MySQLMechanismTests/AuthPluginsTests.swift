import Testing

@testable import saslauthd_mysql

@Suite struct AuthPluginsTests {
    private static let verified = TLSSettings(isRequired: true, isVerified: true)

    private func list(_ host: String, _ tls: TLSSettings?) throws -> String? {
        AuthPlugins(for: try #require(DatabaseHost(host)), tls).list
    }

    @Test func `a socket and a server with a verified certificate may use any plugin`() throws {
        #expect(try list("localhost", nil) == nil)
        #expect(try list("/run/mysqld/mysqld.sock", nil) == nil)
        #expect(try list("db.example.org", Self.verified) == nil)
    }

    @Test(arguments: [
        nil, TLSSettings(isRequired: false, isVerified: false), TLSSettings(isRequired: true, isVerified: false),
        TLSSettings(isRequired: false, isVerified: true),
    ])
    func `nothing from which the password can be read is sent over a network`(tls: TLSSettings?) throws {
        #expect(try list("db.example.org", tls) == "mysql_native_password,client_ed25519,parsec")
        #expect(try list("192.0.2.1", tls) == "mysql_native_password,client_ed25519,parsec")
        let loopback = try #require(try list("127.0.0.1", tls))
        #expect(
            loopback.contains("caching_sha2_password") && !loopback.contains("clear") && !loopback.contains("dialog")
        )
        #expect(try list("[::1]:3307", tls) == loopback)
    }

    @Test func `further plugins are permitted in addition`() throws {
        let host = try #require(DatabaseHost("db.example.org"))
        let list = AuthPlugins(for: host, nil, further: .only(["dialog"])).list
        #expect(list == "mysql_native_password,client_ed25519,parsec,dialog")
        #expect(AuthPlugins(for: host, nil, further: .any).list == nil)
    }

    /// The library searches the list for the plugin's name as a substring.
    @Test func `no name is part of another`() {
        for name in AuthPlugins.names {
            #expect(AuthPlugins.names.filter { $0.contains(name) } == [name])
        }
    }

    @Test func `a list has known names, or is any`() {
        #expect(AuthPlugins("any") == .any)
        #expect(AuthPlugins("Dialog, mysql_clear_password") == .only(["dialog", "mysql_clear_password"]))
        for text in ["", "any,dialog", "clear", "sha2", "mysql_native_password,x"] { #expect(AuthPlugins(text) == nil) }
    }
}
