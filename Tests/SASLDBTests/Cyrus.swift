import Foundation
import TestSupport
import Testing

/// The tools of Cyrus SASL and Berkeley DB, as Debian has them.
enum Cyrus {
    static let saslpasswd = "/usr/sbin/saslpasswd2"
    static let listusers = "/usr/sbin/sasldblistusers2"

    static func set(_ password: String, of user: String, in path: String) throws {
        let result = try Command(saslpasswd, "-p", "-f", path, user).run(input: password)
        try #require(result.status == 0)
    }

    static func delete(_ user: String, in path: String) throws {
        try #require(Command(saslpasswd, "-d", "-f", path, user).run().status == 0)
    }

    static func users(in path: String) throws -> [String] {
        let result = try Command(listusers, "-f", path).run()
        try #require(result.complaints == "")
        return result.output.split(separator: "\n").map(String.init)
    }

    static func verifies(_ path: String) throws -> Bool {
        try Command("/usr/bin/db5.3_verify", path).run().status == 0
    }

    /// Makes a file of `count` users, `user00000@example.org` and so on, with the passwords `password00000` and so on.
    static func load(_ count: Int, into path: String) throws {
        var text = "VERSION=3\nformat=print\ntype=hash\nHEADER=END\n"
        for number in 0..<count {
            let digits = String(String(100_000 + number).dropFirst())
            text += " user\(digits)\\00example.org\\00userPassword\n password\(digits)\n"
        }
        let result = try Command("/usr/bin/db5.3_load", path).run(input: text + "DATA=END\n")
        try #require(result.status == 0)
    }
}
