import Foundation
import TestSupport
import Testing

@testable import SASLDB

@Suite struct LibraryConfigurationTests {
    private func path(_ text: String) throws(LibraryConfiguration.Failure) -> String {
        try LibraryConfiguration(file: "/c", text: Array(text.utf8)).sasldbPath()
    }

    @Test(arguments: [
        ("", "/etc/sasldb2"), ("# sasldb_path: /a\n\n", "/etc/sasldb2"), ("sasldb_path: /a", "/a"),
        ("  SASLDB_Path:/a \t\r\n", "/a"), ("sasldb_path: /a # b\n", "/a # b"), ("sasldb_path:\t/a b\n", "/a b"),
        ("sasldb_path: /a\nsasldb_path: /b\n", "/a"), ("mech_list: plain\nauxprop_plugin: SASLdb\n", "/etc/sasldb2"),
        ("auxprop_plugin: sql\tsasldb\nsasldb_path: /a\n", "/a"),
        ("a-b_1: x\nx_sasldb_path: /b\nsasldb_path: /a", "/a"),
    ])
    func `the file is named as for libsasl2`(text: String, expected: String) throws {
        #expect(try path(text) == expected)
    }

    @Test(arguments: [
        ("garbage\n", 1), ("a: b\nsasldb_path : /a\n", 2), ("\nsasldb_path=/a", 2), ("sasldb_path:\n", 1),
        ("sasldb_path: \n", 1), ("; a comment\n", 1), ("\u{feff}sasldb_path: /a\n", 1), ("a.b: c", 1), ("a: b\u{0}", 1),
    ])
    func `a malformed line is named`(text: String, line: Int) {
        #expect(throws: LibraryConfiguration.Failure.malformed(file: "/c", line: line)) { try path(text) }
    }

    @Test(arguments: ["sql", "sql,sasldb", "sasldb2", "none"])
    func `with other plugins there is no sasldb file`(plugins: String) {
        #expect(throws: LibraryConfiguration.Failure.noSASLDB(file: "/c")) {
            try path("auxprop_plugin: \(plugins)\nsasldb_path: /a\n")
        }
    }

    @Test func `the first file that can be opened counts`() throws {
        let (one, two) = (try TemporaryFolder(), try TemporaryFolder())
        let search = "/nonexistent:\(one.url.path):\(two.url.path)"
        #expect(try LibraryConfiguration(application: "x", searchPath: search).file == nil)
        try "sasldb_path: /two\n".write(toFile: two.path("x.conf"), atomically: false, encoding: .utf8)
        #expect(try LibraryConfiguration(application: "x", searchPath: search).sasldbPath() == "/two")
        try "sasldb_path: /one\n".write(toFile: one.path("x.conf"), atomically: false, encoding: .utf8)
        #expect(try LibraryConfiguration(application: "x", searchPath: search).sasldbPath() == "/one")
        #expect(try LibraryConfiguration(application: "y", searchPath: search).sasldbPath() == "/etc/sasldb2")
    }
}
