import Testing

@testable import saslauthd_mysql

@Suite struct DatabaseHostTests {
    @Test(arguments: [
        ("db", DatabaseHost.network(name: "db", port: 3306)),
        ("db:3307", .network(name: "db", port: 3307)),
        ("[2001:db8::1]:3307", .network(name: "2001:db8::1", port: 3307)),
        ("[2001:db8::1]", .network(name: "2001:db8::1", port: 3306)),
        ("2001:db8::1", .network(name: "2001:db8::1", port: 3306)),
        ("/run/mysqld/mysqld.sock", .socket(path: "/run/mysqld/mysqld.sock")),
        ("localhost", .socket(path: nil)),
    ])
    func `a server is named as with pam_mysql`(text: String, host: DatabaseHost) {
        #expect(DatabaseHost(text) == host)
    }

    @Test(arguments: ["", ":3306", "db:", "db:0", "db:70000", "db:x", "[::1", "[]:1", "[::1]x"])
    func `an invalid server is refused`(text: String) {
        #expect(DatabaseHost(text) == nil)
    }
}
